"""Who uses one certificate, and others that may be the same."""

from __future__ import annotations

from datetime import date

import pytest

from analyzer.models import Certificate
from analyzer.queries.certificates.usage import TOP, alike, parts_of, protection_of, read_usage
from tests.analyzer.certificates.given import (
    coded,
    day_of,
    filters,
    protection,
    server,
    session,
    tls_names,
    used,
)
from tests.builders.protections import raw_tls

pytestmark = [pytest.mark.usefixtures("filled"), pytest.mark.django_db]


def certificate(subject_name: str) -> Certificate:
    return Certificate.objects.get(subject_name=subject_name)


def test_servers_jobs_clients_and_days_are_those_of_its_sessions() -> None:
    found = read_usage(filters(), pk=certificate("tn.example").pk)
    (row,) = found.servers.rows
    assert (row["job"], row["port"], row["parts"], row["clients"], row["connections"]) == (
        *("TN3270", "992", "server", 2, 7),
    )
    (job,) = found.jobs.rows
    assert (job["job"], job["system"], job["servers"], job["sessions"]) == ("TN3270", "SYSA", 1, 2)
    assert [(one["client_ip"], one["connections"]) for one in found.clients.rows] == [
        *(("10.9.0.2", 5), ("10.9.0.1", 2)),
    ]
    assert [(one["day"], one["clients"], one["connections"]) for one in found.days] == [
        *((date(2026, 11, 21), 1, 5), (date(2026, 11, 20), 1, 2)),
    ]


def test_filters_of_sessions_hold_and_those_of_certificates_do_not() -> None:
    pk = certificate("tn.example").pk
    found = read_usage(filters("from=2026-11-20&to=2026-11-20&serial=FFFF&expiry=expired"), pk=pk)
    assert [one["client_ip"] for one in found.clients.rows] == ["10.9.0.1"]
    assert [one["day"] for one in found.days] == [date(2026, 11, 20)]
    minutes = read_usage(filters("from=2026-11-20T10:30&to=2026-11-20T11:00"), pk=pk)
    assert [one["connections"] for one in minutes.days] == [1]
    assert read_usage(filters("days=all&job=FTPD"), pk=pk).servers.rows == []


def test_lists_are_cut_and_say_how_many_there_are() -> None:
    many = protection(raw_tls(tls_names("CN=many", "CN=CA"), scert=coded("66")))
    of = server("MANY")
    for number in range(TOP + 5):
        used(session(of, f"10.8.0.{number}", many), day_of(24), connections=number + 1)
    found = read_usage(filters(), pk=certificate("many").pk).clients
    assert (len(found.rows), found.total) == (TOP, TOP + 5)
    assert found.rows[0]["connections"] == TOP + 5


def test_parts_and_a_record_that_names_its_codes() -> None:
    assert parts_of(certificate("client.example").pk) == ["client"]
    found = protection_of(certificate("client.example").pk)
    assert found is not None
    assert (found[0].labels["ccert_serial"], found[1]) == ("0B02", "client")
    assert protection_of(0) is None


def test_the_same_names_and_key_without_a_serial_may_be_the_same() -> None:
    names = tls_names("CN=tn.example", "CN=Example CA,O=Example")
    for raw in (raw_tls(names, scert=coded()), raw_tls(names, scert=coded("0C03"))):
        protection(raw)
    by_serial = {one.serial: one for one in Certificate.objects.filter(subject_name="tn.example")}
    assert alike(by_serial["A01"]) == [by_serial[""]]
    assert set(alike(by_serial[""])) == {by_serial["A01"], by_serial["C03"]}
    assert alike(certificate("ftp.example")) == []
    assert alike(Certificate()) == []
