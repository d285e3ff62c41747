"""The inventory against a store of which everything is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analyzer.queries.certificates.inventory import certificates
from tests.analyzer.certificates.given import (
    NOW,
    coded,
    filters,
    names,
    protection,
    server,
    session,
    stack,
    tls_names,
    used,
)
from tests.builders.protections import raw_none, raw_tls
from web.paging import PageKeyError

pytestmark = [pytest.mark.usefixtures("filled"), pytest.mark.django_db]
A, B, C = "tn.example", "client.example", "ftp.example"


def read(query: str = "days=all", **more: Any) -> list[dict[str, Any]]:
    return certificates(filters(query), now=NOW, **more).rows


def test_each_certificate_has_its_facts_and_who_used_it() -> None:
    b, a, c = read()
    assert (b["name"], a["name"], c["name"]) == (B, A, C)
    assert (a["issuer"], a["serial"], a["key_type"], a["key_bits"]) == (
        *("Example CA", "A01", "RSA", "2048"),
    )
    assert (a["signature"], a["identity"], a["parts"], a["protocols"]) == (
        *("RSA-SHA256", "serial", "server", "TLS"),
    )
    assert a["expires"] == datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert (a["servers"], a["jobs"], a["clients"], a["sessions"], a["connections"]) == (
        1,
        1,
        2,
        2,
        7,
    )
    assert a["last_use"] == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert (b["servers"], b["clients"], b["connections"], b["parts"]) == (1, 1, 5, "client")
    assert (c["serial"], c["identity"], c["expires"], c["expiry"]) == ("", "names", None, "unknown")


def test_the_soonest_end_comes_first_and_the_unknown_last_both_ways_round() -> None:
    assert names(read()) == [B, A, C]
    assert names(read(sort="-expires")) == [C, A, B]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("days=all&expiry=Unknown", [C]),
        ("days=all&expiry=2026-11-30", [A]),
        ("days=all&expiry=!2026-11-30", [B]),
        ("days=all&serial=0a01", [A]),
        ("days=all&serial=!0a01", [B]),
        ("days=all&serial=Unknown", [C]),
        ("days=all&dn=client", [B]),
        ("days=all&dn=O=Example", [B, A]),
        ("days=all&job=FTPD", [C]),
        ("days=all&client_ip=10.9.0.2", [B, A]),
        ("days=all&system=SYSA&connections=<5", [A]),
        ("days=all&protocol=NONE", []),
        ("from=2026-11-20&to=2026-11-20", [A]),
        ("from=2026-11-21T09:00&to=2026-11-21T10:00", [B, A]),
    ],
)
def test_names_serials_and_ends_choose_certificates_all_else_sessions(
    query: str, found: list[str]
) -> None:
    page = certificates(filters(query), now=NOW)
    assert names(page.rows) == found
    assert page.total == len(found)


def test_what_is_excluded_takes_no_use_away_from_the_others() -> None:
    (found,) = read("days=all&serial=!0a01")
    assert (found["name"], found["connections"]) == (B, 5)


@pytest.mark.parametrize(
    ("left", "band"),
    [
        (timedelta(minutes=-1), "expired"),
        (timedelta(), "7d"),
        (timedelta(days=7, minutes=-1), "7d"),
        (timedelta(days=7), "30d"),
        (timedelta(days=30), "90d"),
        (timedelta(days=90), "later"),
    ],
)
def test_bands_are_counted_from_the_moment_given(left: timedelta, band: str) -> None:
    ends = datetime(2026, 11, 30, 12, tzinfo=UTC)
    rows = certificates(filters(), now=ends - left).rows
    assert [row["expiry"] for row in rows if row["name"] == A] == [band]


def test_a_certificate_on_both_sides_counts_its_sessions_once() -> None:
    twice = coded("77", "270101000000Z")
    both = raw_tls(tls_names("CN=twin", "CN=CA", "CN=twin", "CN=CA"), scert=twice, ccert=twice)
    one = session(server(), "10.9.0.8", protection(both))
    used(one, datetime(2026, 11, 24, 10), connections=4)
    (found,) = read("days=all&serial=77")
    assert (found["sessions"], found["connections"], found["parts"]) == (1, 4, "client, server")


@pytest.mark.parametrize(
    "sort", ["expires", "-expires", "name", "-connections", "key_bits", "last_use"]
)
def test_pages_by_key_leave_nothing_out_and_show_nothing_twice(sort: str) -> None:
    whole, found, after = names(read(sort=sort)), [], None
    while True:
        page = certificates(filters(), now=NOW, sort=sort, after=after, limit=1)
        found += names(page.rows)
        assert page.total == 3
        after = page.next
        if after is None:
            break
    assert found == whole


def test_a_damaged_page_key_is_refused() -> None:
    with pytest.raises(PageKeyError):
        read(after="x")


def test_the_count_of_a_long_list_is_that_of_its_rows() -> None:
    for query in ("days=all", "days=all&connections=>4", "days=all&dn=O=Example", "days=1"):
        rows = read(query)
        page = certificates(filters(query), now=NOW, limit=1)
        assert page.total == len(rows), query


def test_last_use_is_in_utc_whatever_the_zone_of_the_system() -> None:
    from_berlin = server("CICS", stack=stack("SYSC", "Europe/Berlin"))
    one = session(from_berlin, "10.9.0.9", protection(raw_tls(tls_names("CN=b"), scert=coded())))
    used(one, datetime(2026, 11, 24, 10))
    (found,) = read("days=all&job=CICS")
    assert found["last_use"] == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_what_is_not_used_is_not_shown() -> None:
    protection(raw_tls(tls_names("CN=idle"), scert=coded("99")))
    session(server(), "10.9.0.7", protection(raw_none()))
    assert names(read()) == [B, A, C]
