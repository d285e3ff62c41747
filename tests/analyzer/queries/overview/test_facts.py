"""What the overview counts, over stores small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from analyzer.queries.filters import Filters
from analyzer.queries.overview.certificates import bands
from analyzer.queries.overview.facts import Facts, read_facts
from analyzer.queries.overview.tallies import Tally
from analyzer.queries.overview.trend import Day
from tests.analyzer.queries.conftest import filters
from tests.analyzer.queries.overview.conftest import Made

TODAY = date(2026, 3, 10)


def read(query: str = "days=all", *, role: str = "server") -> Facts:
    return read_facts(filters(query), role=role, today=TODAY)


def keys(facts: Facts, name: str) -> list[tuple[tuple[str, str, str], int]]:
    return [(one.keys, one.connections) for one in facts.of(name)]


def test_an_empty_store_has_no_facts(db: None) -> None:
    facts = read()
    assert facts.of("classes") == []
    assert facts.of("uncounted") == [Tally(("", "", ""), 0, 0, 0, None, 0)]
    assert (list(facts.days), facts.compared_from, facts.earliest) == ([], None, None)
    assert list(facts.coverage.days) == []


def test_a_refused_filter_reads_nothing(db: None) -> None:
    refused, errors = Filters.from_params(QueryDict("port=many"))
    assert errors
    with CaptureQueriesContext(connection) as found:
        assert read_facts(refused, role="server", today=TODAY) == Facts()
    assert len(found) == 0


def test_roles_are_counted_apart(made: Made) -> None:
    for role, number in (("server", 3), ("client", 5)):
        session = made.session(made.server("A", role=role), "192.0.2.1", "NONE", "none")
        made.active(session, "2026-03-01", number)
    made.store()
    facts = read()
    assert keys(facts, "roles") == [(("client", "", ""), 5), (("server", "", ""), 3)]
    assert keys(facts, "classes") == [(("none", "", ""), 3)]
    assert keys(read(role="client"), "classes") == [(("none", "", ""), 5)]


def test_classes_stand_weakest_first_and_servers_by_what_is_unprotected(made: Made) -> None:
    first, second = made.server("A"), made.server("B", ip="10.0.0.2")
    strong = made.session(first, "192.0.2.1", "TLS", "strong", version="TLSv1.3")
    bare = made.session(first, "192.0.2.1", "NONE", "none")
    other = made.session(second, "192.0.2.9", "NONE", "none")
    for session, number in ((strong, 100), (bare, 2), (other, 7)):
        made.active(session, "2026-03-01", number)
    made.store()
    facts = read()
    assert keys(facts, "classes") == [(("none", "", ""), 9), (("strong", "", ""), 100)]
    found = [(one.keys[0], one.unprotected, one.connections) for one in facts.of("unprotected")]
    assert found == [(str(second.pk), 7, 7), (str(first.pk), 2, 102)]
    assert [(one.keys[:2], one.unprotected) for one in facts.of("owners")] == [
        (("B", "USER1"), 7),
        (("A", "USER1"), 2),
    ]


def test_failed_handshakes_before_zos_32_are_unknown_and_not_none(made: Made) -> None:
    server = made.server("A")
    old = made.session(server, "192.0.2.1", "TLS", "strong")
    made.active(old, "2026-03-01", 4)
    made.store()
    (one,) = read().of("uncounted")
    assert (one.failed, one.things) == (None, 1)
    assert read().days == [Day(date(2026, 3, 1), 4, 0, None)]


def test_failed_handshakes_that_are_counted_and_that_are_not_stand_apart(made: Made) -> None:
    server = made.server("A")
    old = made.session(server, "192.0.2.1", "TLS", "strong")
    new = made.session(server, "192.0.2.2", "TLS", "unknown")
    made.active(old, "2026-03-01", 4)
    made.active(new, "2026-03-01", 6, failed=5)
    made.active(new, "2026-03-02", 1, failed=0)
    made.store()
    facts = read()
    (one,) = facts.of("uncounted")
    assert (one.failed, one.things, one.sessions) == (5, 1, 2)
    assert [(one.keys[0], one.failed) for one in facts.of("failed")] == [(str(server.pk), 5)]
    assert facts.days == [Day(date(2026, 3, 1), 10, 0, 5), Day(date(2026, 3, 2), 1, 0, 0)]


def test_new_is_what_has_no_earlier_day_in_the_store(made: Made) -> None:
    old, new = made.server("OLD"), made.server("NEW", ip="10.0.0.2")
    before = made.session(old, "192.0.2.1", "TLS", "strong")
    again = made.session(old, "192.0.2.2", "TLS", "weak")
    fresh = made.session(new, "192.0.2.3", "NONE", "none")
    made.active(before, "2026-03-01", 1)
    made.active(before, "2026-03-08", 1)
    made.active(again, "2026-03-08", 20)
    made.active(fresh, "2026-03-05", 3)  # the first day of the period counts
    made.store()
    facts = read("from=2026-03-05&to=2026-03-09")
    assert facts.compared_from == date(2026, 3, 5)
    assert facts.earliest == date(2026, 3, 1)
    assert [one.keys[0] for one in facts.of("new sessions")] == [str(fresh.pk), str(again.pk)]
    assert [(one.keys[0], one.things) for one in facts.of("new servers")] == [(str(new.pk), 1)]


def test_an_old_server_is_not_new_because_a_filter_hides_its_old_sessions(made: Made) -> None:
    server = made.server("OLD")
    made.active(made.session(server, "192.0.2.1", "TLS", "strong"), "2026-03-01", 1)
    made.active(made.session(server, "192.0.2.2", "NONE", "none"), "2026-03-08", 1)
    made.store()
    facts = read("from=2026-03-05&strength=none")
    assert len(facts.of("new sessions")) == 1
    assert facts.of("new servers") == []


@pytest.mark.parametrize("query", ["days=all", "from=2026-03-01", "days=30", "to=2026-03-05"])
def test_nothing_is_new_when_no_day_lies_before_the_period(made: Made, query: str) -> None:
    made.active(made.session(made.server("A"), "192.0.2.1", "NONE", "none"), "2026-03-01", 1)
    made.store()
    facts = read(query)
    assert facts.compared_from is None
    assert "new sessions" not in facts.tallies


def test_days_until_expiry_make_the_bands() -> None:
    words = {band.key: (band.words, band.filter_text) for band in bands(TODAY)}
    assert words == {
        "0": ("Expired", "<=2026-03-09"),
        "1": ("Within 7 days", "2026-03-10..2026-03-17"),
        "2": ("Within 30 days", "2026-03-18..2026-04-09"),
        "3": ("Within 90 days", "2026-04-10..2026-06-08"),
        "4": ("Later", ">=2026-06-09"),
        "unknown": ("End not recorded", "Unknown"),
    }


@pytest.mark.parametrize(
    ("ends", "band"),
    [
        ("2026-03-09T23:59:59+00:00", "0"),
        ("2026-03-10T00:00:00+00:00", "1"),
        ("2026-03-17T23:59:59+00:00", "1"),
        ("2026-03-18T00:00:00+00:00", "2"),
        ("2026-04-09T12:00:00+00:00", "2"),
        ("2026-06-08T12:00:00+00:00", "3"),
        ("2026-06-09T00:00:00+00:00", "4"),
        ("9999-12-31T23:59:59+00:00", "4"),
    ],
)
def test_a_certificate_is_in_the_band_of_its_day(made: Made, ends: str, band: str) -> None:
    labels = {"scert_serial": "AB", "scert_not_after": ends}
    moment = datetime.fromisoformat(ends).astimezone(UTC)
    for client in ("192.0.2.1", "192.0.2.2"):
        session = made.session(
            made.server("A"), client, "TLS", "strong", labels=labels, not_after=[moment]
        )
        made.active(session, "2026-03-01", 3)
    made.store()
    (one,) = read().of("certificates")
    assert (one.keys[0], one.things, one.sessions, one.connections) == (band, 1, 2, 6)


def test_a_certificate_without_an_end_is_unknown(made: Made) -> None:
    session = made.session(
        made.server("A"), "192.0.2.1", "TLS", "strong", facts=["not_after=Unknown"]
    )
    made.active(session, "2026-03-01", 3)
    made.store()
    assert keys(read(), "certificates") == [(("unknown", "", ""), 3)]


def test_flows_name_the_greatest_and_sum_the_others(made: Made) -> None:
    for number in range(1, 11):
        server = made.server(f"J{number}", ip=f"10.0.0.{number}")
        session = made.session(server, f"10.{number}.0.1", "NONE", "none")
        made.active(session, "2026-03-01", 100 - number)
    made.store()
    found = dict(keys(read(), "flows"))
    assert found[("J1", "none", "10.1.0.0/16")] == 99
    assert found[("J8", "none", "10.8.0.0/16")] == 92
    assert found[("", "none", "")] == 91 + 90
    assert len(found) == 9


def test_the_trend_shows_the_last_days_of_a_long_period(made: Made) -> None:
    session = made.session(made.server("A"), "192.0.2.1", "NONE", "none")
    for number in range(100):
        day = date.fromordinal(date(2026, 1, 1).toordinal() + number)
        made.active(session, str(day), number + 1)
    made.store()
    days = read().days
    assert len(days) == 92
    assert (days[0].day, days[0].connections) == (date(2026, 1, 9), 9)
    assert days[-1] == Day(date(2026, 4, 10), 100, 100, None)


def test_many_rows_take_as_many_statements_as_few(made: Made) -> None:
    counts = []
    for size in (2, 25):
        for number in range(size):
            server = made.server(f"S{number}", ip=f"10.0.{size}.{number}")
            session = made.session(server, f"192.0.2.{number}", "NONE", "none")
            made.active(session, "2026-03-01", 1)
            made.active(session, "2026-03-02", 1, failed=1)
        made.store()
        made.rows.clear()
        with CaptureQueriesContext(connection) as found:
            read("from=2026-03-02")
        counts.append(len(found))
    assert counts[0] == counts[1] < 20
