"""What is inside an audit pack, and that the same data give the same bytes."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict

from analyzer.exports.pack import contents
from analyzer.models import AuditEntry, CoverageEvent, Import, SecuritySession, Server, Stack
from analyzer.queries.filters import Filters
from analyzer.queries.packs.fixed import fixed
from tests.analyzer.exports.conftest import add_session
from tests.analyzer.packs.conftest import AS_OF, NOW, make, member, rows_of
from tests.builders import store_rows

pytestmark = pytest.mark.usefixtures("filled", "db")
ALL = ("--filter", "days=all")
NAMES = [
    *("query.json", "about.json", "servers.csv", "clients.csv", "peers.csv", "sessions.csv"),
    *("coverage.csv", "gaps.csv", "switches.csv", "dumps.csv", "counts.json", "README.txt"),
    "SHA256SUMS",
]


def verify(path: Path) -> str:
    out = io.StringIO()
    call_command("auditpack", "verify", str(path), stdout=out)
    return out.getvalue()


def test_it_has_all_rows_of_every_level(pack: Path) -> None:
    for name, role in (("servers", "server"), ("clients", "client"), ("peers", "peer")):
        expected = Server.objects.filter(role=role, sessions__isnull=False).distinct().count()
        assert len(rows_of(pack, f"{name}.csv")) == expected
    sessions = rows_of(pack, "sessions.csv")
    assert len(sessions) == SecuritySession.objects.count()
    counts = json.loads(member(pack, "counts.json"))
    assert counts["sessions.csv"] == len(sessions)
    assert {"servers.csv", "coverage.csv", "gaps.csv", "switches.csv", "dumps.csv"} < counts.keys()


def test_it_says_what_was_asked_by_whom_and_when(pack: Path) -> None:
    query, about = (json.loads(member(pack, name)) for name in ("query.json", "about.json"))
    assert query["asked"] == query["filters"] == {"days": ["all"]}
    assert query["words"] == "Traffic on all days."
    assert (about["made_at"], about["made_by"]) == (AS_OF, "kim")
    readme = member(pack, "README.txt").decode()
    assert "Asked:    Traffic on all days." in readme
    assert "by kim" in readme
    assert "sha256sum -c SHA256SUMS" in readme


def test_the_digests_are_those_that_sha256sum_finds(pack: Path, tmp_path: Path) -> None:
    place = tmp_path / "unpacked"
    with zipfile.ZipFile(pack) as archive:
        assert archive.namelist() == NAMES
        archive.extractall(place)
    found = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"],
        cwd=place,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.splitlines() == [f"{name}: OK" for name in NAMES[:-1]]


def test_members_carry_nothing_of_the_machine_or_the_moment(pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert (info.create_system, info.external_attr >> 16) == (3, 0o644)
            assert info.comment == b""
        assert archive.comment == b""


def test_the_same_data_give_the_same_bytes(pack: Path, tmp_path: Path) -> None:
    assert make(tmp_path / "again.zip", *ALL).read_bytes() == pack.read_bytes()


def test_a_session_more_is_a_difference(pack: Path, tmp_path: Path) -> None:
    server = Server.objects.filter(role="server").earliest("pk")
    add_session(7, server=server, client_ip="192.0.2.9")
    assert make(tmp_path / "again.zip", *ALL).read_bytes() != pack.read_bytes()


def test_verify_says_what_differs(pack: Path) -> None:
    assert verify(pack) == "the store says the same, byte for byte\n"
    server = Server.objects.filter(role="server").earliest("pk")
    add_session(8, server=server, client_ip="192.0.2.9")
    out = io.StringIO()
    with pytest.raises(CommandError, match="differs from the store"):
        call_command("auditpack", "verify", str(pack), stdout=out)
    said = out.getvalue()
    assert "`sessions.csv` is not what the store says now" in said
    assert "`clients.csv`" not in said


def test_verify_finds_what_was_changed_after_the_pack_was_made(pack: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"NONE", b"TLS") if name == "sessions.csv" else data)
    out = io.StringIO()
    with pytest.raises(CommandError, match="differs from the store"):
        call_command("auditpack", "verify", str(forged), stdout=out)
    assert "`sessions.csv` was changed after the pack was made" in out.getvalue()
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("auditpack", "verify", str(packed), stdout=out)
    assert out.getvalue() == "the contents are the same, but the zip was packed otherwise\n"


@pytest.mark.parametrize(
    ("members", "why"),
    [
        (None, "no audit pack"),
        ({}, "no audit pack"),
        ({"about.json": b"{}", "query.json": b"{}", "SHA256SUMS": b""}, "does not say what"),
        ({"about.json": b"x", "query.json": b"{}", "SHA256SUMS": b""}, "`about.json` is no JSON"),
        ({"about.json": b"[]", "query.json": b"{}", "SHA256SUMS": b""}, "has another shape"),
    ],
)
def test_what_is_no_pack_is_refused_in_plain_words(
    members: dict[str, bytes] | None, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "given.zip"
    path.write_bytes(b"something else")
    if members is not None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    with pytest.raises(CommandError, match=why):
        verify(path)


def test_coverage_has_every_day_and_gaps_the_runs_without_data(tmp_path: Path) -> None:
    path = make(tmp_path / "p.zip", "--filter", "from=2026-03-30", "--filter", "to=2026-04-03")
    stack = Stack.objects.get(sysplex="PLEXA", system="SYSA")
    days = {str(day) for day in stack.days.values_list("day", flat=True)}
    mine = [row for row in rows_of(path, "coverage.csv") if row["system"] == "SYSA"]
    wanted = ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-03"]
    assert [row["day"] for row in mine] == wanted
    assert [row["data"] == "yes" for row in mine] == [day in days for day in wanted]
    gap = [row for row in rows_of(path, "gaps.csv") if row["system"] == "SYSA"][-1]
    assert gap["last_day"] == "2026-04-03"
    assert int(gap["days"]) == 3 + (("2026-03-31" not in days) * (1 + ("2026-03-30" not in days)))


def test_switches_up_to_the_end_are_told(tmp_path: Path) -> None:
    stack = Stack.objects.get(sysplex="PLEXA", system="SYSA")
    for day, kind in ((1, "aggregation_disabled"), (20, "aggregation_enabled")):
        at, imported = datetime(2026, 3, day, 6), dump("events", 1, 30)
        CoverageEvent.objects.create(stack=stack, at=at, kind=kind, imported=imported)
    path = make(tmp_path / "p.zip", "--filter", "from=2026-03-10", "--filter", "to=2026-03-15")
    assert [(row["at"], row["kind"]) for row in rows_of(path, "switches.csv")] == [
        ("2026-03-01T06:00:00", "aggregation_disabled")
    ]


def dump(name: str, first: int, last: int, **given: Any) -> Import:
    return Import.objects.create(
        name=name,
        path="/dumps/x",
        source="path",
        state="complete",
        submitted_at=NOW,
        finished_at=NOW,
        earliest=datetime(2026, 3, first),
        latest=datetime(2026, 3, last),
        **{"added": 5, **given},
    )


def test_dumps_are_those_with_records_of_the_period(tmp_path: Path) -> None:
    dump("=before", 1, 9)
    dump("=within", 10, 12)
    dump("around", 1, 30, added=0, duplicate=9, sha256="ab" * 32)
    dump("nothing", 10, 12, added=0)
    dump("after", 16, 20)
    path = make(tmp_path / "p.zip", "--filter", "from=2026-03-10", "--filter", "to=2026-03-15")
    found = {row["name"]: row["sha256"] for row in rows_of(path, "dumps.csv")}
    assert found == {"'=within": "", "around": "ab" * 32}


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("days=7", {"from": ["2026-03-25"], "to": ["2026-03-31"]}),
        ("days=all&expiry=expired", {"days": ["all"], "expiry": ["<2026-04-01"]}),
        ("days=all&expiry=30d", {"days": ["all"], "expiry": ["2026-04-01..2026-05-01"]}),
        ("days=all&expiry=!30d", {"days": ["all"], "expiry": ["!2026-04-01..2026-05-01"]}),
        ("days=all&job=A*", {"days": ["all"], "job": ["A*"]}),
    ],
)
def test_what_is_relative_is_fixed(query: str, params: dict[str, list[str]]) -> None:
    filters, errors = Filters.from_params(QueryDict(query))
    assert not errors
    assert fixed(filters, as_of=NOW).to_params() == params


def test_a_pack_of_the_last_days_is_the_same_after_newer_days_came(tmp_path: Path) -> None:
    path = make(tmp_path / "p.zip", "--filter", "days=7")
    session = SecuritySession.objects.earliest("pk")
    newer = datetime(2026, 4, 20, 12)
    store_rows.store_activity([store_rows.activity(session, newer, connections=1)])
    assert "byte for byte" in verify(path)


def test_a_file_that_grows_too_large_is_none(settings: Any, tmp_path: Path) -> None:
    settings.EXPORT_MAX_BYTES = 1000
    with pytest.raises(CommandError, match="larger than 1000 bytes"):
        make(tmp_path / "p.zip", *ALL)
    assert not list(tmp_path.glob("*.zip"))
    assert not list(tmp_path.glob(".p.zip*"))


def test_making_one_is_audited(pack: Path) -> None:
    made, done = AuditEntry.objects.order_by("pk")
    assert (made.action, made.user_name) == ("pack.make", "(command line)")
    assert made.data["filters"] == {"days": ["all"]}
    assert done.data["rows"]["sessions.csv"] == SecuritySession.objects.count()


def test_every_member_has_its_words() -> None:
    assert [*contents.MEMBERS, "SHA256SUMS"] == NAMES
