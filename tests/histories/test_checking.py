"""Connection records, aggregated, against a stack's own interval records of the same traffic.

The interval records are written by hand, as zERT aggregation would: sums over whole lives agree
whatever a stack knew in between.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from enforcement.histories import reading
from smf.encode.records import Stamp
from smf.encode.summary import Z32, Protection, SummaryRecord, encode_summary, stck
from smf.encode.values import Values
from tests.analyzer.api.conftest import with_token
from tests.builders.enforcement.records import NOON, TLS12, Connection, ident
from tests.histories.conftest import Fill
from tests.histories.test_pages import author, text

__all__ = ["author"]
pytestmark = pytest.mark.django_db(transaction=True)
HALF_HOUR = timedelta(minutes=30)
SERVER = 0x40
TLS_OF_SUMMARY: Values = {
    "version": 0x0303, "source": 1, "cipher": "C030", "enc": 0x0013, "mac": 1, "kex": 0x0014,
}  # fmt: skip
NONE = Protection()
TLS = Protection("TLS", TLS_OF_SUMMARY)
CLEARS = Connection(number=1, more={})
SHORT = Connection(number=2, remote_port=40_001)
DETAILS = [
    CLEARS.at(1, 20, {"TLS": TLS12}, in_bytes=100, out_bytes=10),
    SHORT.at(4, 300, {"TLS": TLS12}, in_bytes=5, out_bytes=6),
    CLEARS.at(2, 2_400, in_bytes=700, out_bytes=70),
    CLEARS.at(3, 3_000, in_bytes=900, out_bytes=90),
]
"""A connection that leaves TLS after 40 minutes and ends after 50, and a short one."""


def interval(
    number: int, protection: Protection, before: Mapping[str, int], after: Mapping[str, int]
) -> bytes:
    """The record of the half hour with this number behind noon."""
    names = ("conn", "partial", "short", "active", "in_bytes", "out_bytes")
    common: dict[str, Any] = {
        "duration": stck(30 * 60_000_000),
        "flags": SERVER,
        "job": "FTPD1",
        "user": "FTPUSER",
        "ip_proto": 6,
        "server_ip": "10.1.2.3",
        "client_ip": "10.9.8.7",
        "port_start": 21,
        "port_end": 21,
        "session_id": f"{protection.protocol[0]}-OF-THE-STACK",
    }
    for edge, counts in (("init", before), ("end", after)):
        common |= {f"{edge}_{name}": counts.get(name, 0) for name in names}
    stamp = Stamp(NOON + number * HALF_HOUR, "SYSA")
    return encode_summary(SummaryRecord(stamp, ident(), common, protection), Z32)


# At half past the stack knew more of the TLS connection than its records had said.
HALF_WAY = {"conn": 2, "short": 1, "active": 1, "in_bytes": 455, "out_bytes": 46}
SUMMARIES = [
    interval(1, TLS, {}, HALF_WAY),
    interval(2, TLS, HALF_WAY, {**HALF_WAY, "partial": 1, "active": 0, "in_bytes": 705,
                                "out_bytes": 76}),
    interval(2, NONE, {}, {"conn": 1, "partial": 1, "in_bytes": 200, "out_bytes": 20}),
]  # fmt: skip


def checked(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("check_summaries", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


@pytest.mark.parametrize("rows", [1, 2, 20_000])
def test_details_come_to_what_the_summaries_say(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(reading, "PART_ROWS", rows)
    fill([*DETAILS, *SUMMARIES])
    assert checked() == (0, "2 totals agree, 0 differ\n")
    assert checked("--from", "2026-01-15", "--to", "2026-01-15")[0] == 0


def test_a_record_that_is_missing_is_told_with_both_sides(fill: Fill) -> None:
    fill([*DETAILS[:1], *DETAILS[2:], *SUMMARIES])
    code, said = checked()
    assert code == 1
    assert said.splitlines() == [
        "1 totals agree, 1 differ",
        "PLEXA SYSA TCPIP server FTPD1 10.1.2.3 TCP port 21 with 10.9.8.7, TLSv1.2, ECDHE-RSA with"
        " AES-256-GCM: connections 1 by connection records, 2 by summaries, short 0 by connection"
        " records, 1 by summaries, in bytes 700 by connection records, 705 by summaries, out"
        " bytes 70 by connection records, 76 by summaries",
    ]
    (tree,) = json.loads(checked("--json")[1])["differing"]
    assert (tree["connection_records"]["connections"], tree["summaries"]["connections"]) == (1, 2)


def test_ports_of_a_range_belong_to_one_server(fill: Fill) -> None:
    data = [Connection(number=n, local_port=5_000 + n).at(4, n) for n in (1, 2, 9)]
    record = interval(1, NONE, {}, {"conn": 3, "short": 3})
    wide = record.replace((21).to_bytes(2, "big") * 2, b"\x13\x88\x13\x92")  # 5000 to 5010
    assert wide != record
    fill([*data, wide])
    assert checked() == (0, "1 totals agree, 0 differ\n")


def test_stacks_with_one_kind_of_records_are_named(fill: Fill) -> None:
    assert checked() == (2, "the store has no connection records (subtype 11) of these stacks")
    fill(DETAILS)
    assert checked() == (2, "no stack has both kinds of records in these days")
    fill([*SUMMARIES, Connection(system="SYSB").at(4, 50)])
    code, said = checked()
    assert code == 0
    assert "PLEXA SYSB TCPIP has no summaries in these days: not compared" in said
    assert checked("--stack", "PLEXA", "SYSB", "TCPIP")[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [("--days", "3", "--from", "2026-01-01"), ("--from", "2026-01-02", "--to", "2026-01-01")],
)
def test_days_that_make_no_sense_are_refused(fill: Fill, arguments: tuple[str, ...]) -> None:
    assert checked(*arguments)[0] == 2


def test_what_agrees_and_what_does_not_stands_on_the_page_in_a_file_and_in_the_api(
    fill: Fill, author: Client, anna: User
) -> None:
    assert "Compare" in text(author, "history_agreement")
    nothing = text(author, "history_agreement", from_day="", to_day="", stack="")
    assert "Nothing to compare" in nothing
    fill([*DETAILS[:1], *DETAILS[2:], *SUMMARIES, Connection(system="SYSB").at(4, 50)])
    asked = {"from_day": "2026-01-15", "to_day": "2026-01-15", "stack": ""}
    page = text(author, "history_agreement", **asked)
    assert "1 of 2 servers and protections" in page
    assert "TLSv1.2, ECDHE-RSA with AES-256-GCM" in page
    assert "Connections 1 by connection records, 2 by summaries" in page
    assert "PLEXA SYSB TCPIP has no summaries in these days: not compared" in page
    answer = author.get(reverse("history_agreement_csv"), asked)
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["protection"], row["clients"], row["differing"]) for row in rows] == [
        ("TLSv1.2, ECDHE-RSA with AES-256-GCM", "1", "1"),
        ("no recognized protection", "1", "0"),
    ]
    assert rows[0]["connections_by_connection_records"] == "1"
    assert rows[0]["connections_by_summaries"] == "2"
    assert AuditEntry.objects.filter(action="agreement.export").count() == 1
    program, address = with_token(anna), reverse("api_agreement")
    found = program.get(address, {"from_day": "2026-01-15", "stack": "PLEXA SYSA TCPIP"}).json()
    assert (found["compared"], found["differing"]) == (2, 1)
    assert found["only_connection_records"] == []
    assert found["stacks"] == [{"name": "PLEXA SYSA TCPIP", "compared": 2, "differing": 1}]
    (row,) = found["rows"]
    assert {name: str(value) for name, value in row.items()} == rows[0]
    file = program.get(address, {"from_day": "2026-01-15", "format": "csv"})
    assert list(csv.DictReader(io.StringIO(file.getvalue().decode()))) == rows


def test_protections_are_told_apart(fill: Fill, author: Client) -> None:
    other = Protection("TLS", {**TLS_OF_SUMMARY, "cipher": "C02F"})
    fill([SHORT.at(4, 300, {"TLS": TLS12}), interval(1, other, {}, {"conn": 1, "short": 1})])
    code, said = checked()
    assert (code, said.splitlines()[0]) == (1, "0 totals agree, 2 differ")
    assert "AES-256-GCM: no summaries; by connection records connections 1, short 1" in said
    assert "AES-128-GCM: no connection records; by summaries connections 1, short 1\n" in said
    page = text(author, "history_agreement", stack="")
    assert "No connection records; by summaries connections 1, short 1" in page


def test_ip_protocols_and_roles_are_told_apart(fill: Fill, author: Client, anna: User) -> None:
    datagrams = Connection(number=9, ip_proto=17).at(4, 301)
    fill([SHORT.at(4, 300), datagrams, interval(1, NONE, {}, {"conn": 2, "short": 2})])
    said = checked()[1]
    assert " server FTPD1 10.1.2.3 TCP port 21 with 10.9.8.7, " in said
    assert " peer FTPD1 10.1.2.3 UDP port 21 with 10.9.8.7, " in said
    page = text(author, "history_agreement", stack="")
    cells = re.findall(r"<td>(server|peer)</td>\s*<td>FTPD1</td>\s*<td[^>]*>([^<]*)</td>", page)
    assert cells == [("peer", "10.1.2.3 UDP port 21"), ("server", "10.1.2.3 TCP port 21")]
    answer = author.get(reverse("history_agreement_csv"))
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["role"], row["ip_proto"]) for row in rows] == [("peer", "17"), ("server", "6")]
    found = with_token(anna).get(reverse("api_agreement")).json()["rows"]
    assert [(row["role"], row["ip_proto"]) for row in found] == [("peer", 17), ("server", 6)]


def test_an_interval_in_which_nothing_moved_says_nothing(fill: Fill) -> None:
    fill([*DETAILS, *SUMMARIES, interval(3, TLS, HALF_WAY, HALF_WAY)])
    other = interval(3, Protection("TLS", {**TLS_OF_SUMMARY, "cipher": "C02F"}), {}, {"active": 1})
    fill([other])
    assert checked() == (0, "3 totals agree, 0 differ\n")


def test_clients_that_differ_are_not_lost_in_a_sum(fill: Fill, author: Client) -> None:
    near = interval(1, NONE, {}, {"conn": 2, "short": 2})
    fill([SHORT.at(4, 300), Connection(number=9, remote_ip="10.9.8.6").at(4, 301), near])
    page = text(author, "history_agreement", stack="PLEXA SYSA TCPIP")
    assert "The sums agree, those of single clients do not" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from_day": "2026-01-02", "to_day": "2026-01-01"}, "is before"),
        ({"from_day": "01/02/2026"}, "valid date"),
        ({"stack": "A B C"}, "valid choice"),
    ],
)
def test_what_is_asked_wrongly_is_said(
    fill: Fill, author: Client, anna: User, asked: dict[str, str], said: str
) -> None:
    assert said in text(author, "history_agreement", status=422, **asked)
    answer = with_token(anna).get(reverse("api_agreement"), asked)
    assert answer.status_code == 400
    assert said in str(answer.json()["errors"])


def test_a_comparison_that_takes_too_long_is_said(
    fill: Fill, author: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(reading, "PART_ROWS", 1)
    fill([*DETAILS, *SUMMARIES])
    settings.TIME_LIMIT_PAGE_S = 1e-9
    monkeypatch.setattr("web.budget.ceil", lambda _: 60_000)
    page = text(author, "history_agreement", status=503, stack="")
    assert "Ask for fewer days or one stack" in page
