"""Scheduled exports: whole files with their digests, names, what is kept, and what goes wrong."""

from __future__ import annotations

import csv
import errno
import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from analyzer.exports.scheduled import content, job
from analyzer.models import AuditEntry, ExportRun, ExportSchedule, SavedQuery, Trigger
from analyzer.queries.standing import due
from analyzer.standing import export_runs, files, schedules
from analyzer.standing.clock import When
from analyzer.standing.errors import StandingError
from analyzer.standing.schedules import Draft
from tests.analyzer.standing import given
from tests.analyzer.standing.given import NOW

pytestmark = pytest.mark.django_db
DAILY = When(Trigger.DAILY)


def schedule(query: SavedQuery, shelf: Path, **more: Any) -> ExportSchedule:
    draft = Draft(**{"name": "Nightly", "when": DAILY, "directory": str(shelf), **more})
    return schedules.make(query=query, draft=draft, by=query.owner, now=NOW)


def run(one: ExportSchedule, days: int = 0) -> ExportRun:
    at = NOW + timedelta(days=days)
    ExportSchedule.objects.filter(pk=one.pk).update(next_at=at)
    assert job.run(one.pk, now=at)
    return ExportRun.objects.filter(schedule=one).latest("pk")


def names(shelf: Path) -> list[str]:
    return sorted(path.name for path in shelf.iterdir())


def test_a_file_has_the_rows_and_its_digest_beside_it(query: SavedQuery, shelf: Path) -> None:
    given.session("10.0.0.1")
    given.session("10.0.0.2", on=given.server("FTPD1", 21))
    given.session("10.0.0.3", protocol="TLS", strength="strong", on=given.server("CICS", 3000))
    found = run(schedule(query, shelf))
    assert names(shelf) == ["Unprotected_2026-04-01.csv", "Unprotected_2026-04-01.csv.sha256"]
    data = (shelf / found.file_name).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    beside = (shelf / f"{found.file_name}.sha256").read_text()
    assert beside == f"{digest}  Unprotected_2026-04-01.csv\n"
    rows = list(csv.DictReader(data.decode().splitlines()))
    assert {row["job"] for row in rows} == {"TN3270", "FTPD1"}
    assert (found.state, found.rows, found.size_bytes, found.sha256) == (
        "done",
        2,
        len(data),
        digest,
    )


def test_all_sessions_are_those_of_the_tab(query: SavedQuery, shelf: Path) -> None:
    given.session("10.0.0.1")
    given.session("10.0.0.2")
    found = run(schedule(query, shelf, rows="sessions", pattern="{name}-{date}-{time}"))
    assert found.file_name == "Nightly-2026-04-01-120000.csv"
    assert found.rows == 2


def test_the_date_is_that_of_the_zone(query: SavedQuery, shelf: Path) -> None:
    when = When(Trigger.DAILY, zone="Pacific/Auckland")  # noon in UTC is past midnight there
    assert run(schedule(query, shelf, when=when)).file_name == "Unprotected_2026-04-02.csv"


def test_only_the_last_files_are_kept_and_no_stranger_goes(query: SavedQuery, shelf: Path) -> None:
    (shelf / "foreign.csv").write_text("not ours")
    one = schedule(query, shelf, keep=2)
    for day in range(4):
        run(one, day)
    assert names(shelf) == [
        "Unprotected_2026-04-03.csv",
        "Unprotected_2026-04-03.csv.sha256",
        "Unprotected_2026-04-04.csv",
        "Unprotected_2026-04-04.csv.sha256",
        "foreign.csv",
    ]
    assert ExportRun.objects.filter(removed_at=None).count() == 2


def test_a_file_of_the_same_name_is_replaced_when_it_is_ones_own(
    query: SavedQuery, shelf: Path
) -> None:
    one = schedule(query, shelf, pattern="latest", keep=1)
    given.session("10.0.0.1")
    run(one)
    given.session("10.0.0.1", on=given.server("FTPD1", 21))
    found = run(one, 1)
    assert names(shelf) == ["latest.csv", "latest.csv.sha256"]
    assert hashlib.sha256((shelf / "latest.csv").read_bytes()).hexdigest() == found.sha256
    assert found.rows == 2


def test_a_strangers_file_is_never_replaced(query: SavedQuery, shelf: Path) -> None:
    (shelf / "latest.csv").write_text("not ours")
    found = run(schedule(query, shelf, pattern="latest"))
    assert found.state == "failed"
    assert found.error == "`latest.csv` is there already and is not a file of this schedule"
    assert names(shelf) == ["latest.csv"]
    assert (shelf / "latest.csv").read_text() == "not ours"


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "Zertify has no permission")],
)
def test_what_the_disk_refuses_is_said_and_nothing_half_stays(
    query: SavedQuery, shelf: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    one = schedule(query, shelf)
    monkeypatch.setattr(os, "fsync", refuse)
    found = run(one)
    assert (found.state, found.rows) == ("failed", None)
    assert words in found.error
    assert names(shelf) == []
    one.refresh_from_db()
    assert one.next_at
    assert one.next_at.isoformat() == "2026-04-02T06:00:00+00:00"


def test_a_directory_that_went_away_or_leads_outside_is_said(
    query: SavedQuery, shelf: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one = schedule(query, shelf)
    shelf.rmdir()
    assert "is not a directory that is there" in run(one).error
    outside = tmp_path_factory.mktemp("outside")
    shelf.symlink_to(outside)
    assert "is outside the directories" in run(one, 1).error
    assert list(outside.iterdir()) == []


def test_a_worker_killed_before_the_file_has_its_name_is_followed_by_one_that_gives_it(
    query: SavedQuery, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = schedule(query, shelf)
    with monkeypatch.context() as dead:
        dead.setattr(export_runs, "place_all", lambda **_: None)
        job.run(one.pk, now=NOW)
    assert [name for name in names(shelf) if not name.startswith(".zertify-")] == []
    assert due.exports(now=NOW) == [one.pk]
    job.run(one.pk, now=NOW)
    assert names(shelf) == ["Unprotected_2026-04-01.csv", "Unprotected_2026-04-01.csv.sha256"]
    assert due.exports(now=NOW) == []


def test_killed_between_the_rename_and_the_commit_it_is_the_same_file(
    query: SavedQuery, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = schedule(query, shelf)
    with monkeypatch.context() as dead:
        dead.setattr(export_runs, "place_all", lambda **_: None)
        job.run(one.pk, now=NOW)
    with transaction.atomic():
        export_runs.place_all(schedule_id=one.pk, now=NOW)
        transaction.set_rollback(True)
    assert ExportRun.objects.get().state == "placing"
    export_runs.place_all(schedule_id=one.pk, now=NOW)
    assert ExportRun.objects.get().state == "done"
    assert names(shelf) == ["Unprotected_2026-04-01.csv", "Unprotected_2026-04-01.csv.sha256"]


def test_what_a_killed_worker_left_half_is_removed_by_the_next(
    query: SavedQuery, shelf: Path
) -> None:
    one = schedule(query, shelf)
    (shelf / f".zertify-{one.pk}-0123.part").write_text("half")
    (shelf / f".zertify-{one.pk}0-0123.part").write_text("of another")
    run(one)
    assert names(shelf)[0] == f".zertify-{one.pk}0-0123.part"
    assert len(names(shelf)) == 3


def test_the_owner_must_have_the_right_to_export(
    query: SavedQuery, shelf: Path, person: Callable[[str], User]
) -> None:
    one = schedule(query, shelf)
    query.owner.groups.set(person("viewer").groups.all())
    found = run(one)
    assert found.error == "the role of its owner analyst does not include this any more"
    assert names(shelf) == []


def test_each_file_is_audited_under_the_name_of_the_owner(query: SavedQuery, shelf: Path) -> None:
    run(schedule(query, shelf))
    entry = AuditEntry.objects.filter(action__startswith="export.").earliest("pk")
    assert entry.user_name == "analyst"
    assert entry.target.endswith("schedule Nightly")


@pytest.mark.parametrize("path", ["relative", "/", "/etc", "{shelf}/../..", "{shelf}/none", "\0"])
def test_directories_that_may_not_be(path: str, shelf: Path) -> None:
    with pytest.raises(StandingError):
        files.checked_directory(path.replace("{shelf}", str(shelf)))


@pytest.mark.parametrize("pattern", ["", "../x", "a/b", ".x", "-x", "{day}", "a b", "x" * 121, "ä"])
def test_patterns_that_may_not_be(pattern: str) -> None:
    with pytest.raises(StandingError):
        files.checked_pattern(pattern)


def test_a_hostile_query_name_stays_in_the_directory() -> None:
    found = files.file_name(
        "{query}_{name}",
        query="../../etc/passwd",
        name="{date}\0/",
        at=NOW,
        zone="UTC",
        ending="csv",
    )
    assert found == "etc-passwd_date.csv"


def test_an_unknown_format_is_a_problem() -> None:
    assert content.problem("csv", {}) is None
    wrong = content.problem("docx", {})
    assert wrong
    assert wrong[0] == "format"
