"""What lands in a watch folder is imported once, when it is whole; trouble stays where it is."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from analyzer.ingest import pipeline
from analyzer.ingest.errors import IntakeError
from analyzer.models import AuditEntry, Import, WatchedFile, WatchFolder
from analyzer.watching import folders
from analyzer.watching import look as looking
from analyzer.watching.look import look
from tests.analyzer.ingest.conftest import SAMPLES, store

__all__ = ["store"]
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)


@pytest.fixture
def dumps(store: None, tmp_path: Path, settings: Any) -> Path:
    """An allowed folder."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    settings.IMPORT_ROOTS = [folder.resolve()]
    settings.WATCH_QUIET_S = 60
    return folder


def land(path: Path, *, at: datetime = LONG_AGO, sample: str = "site-vbs.smf") -> Path:
    shutil.copyfile(SAMPLES / sample, path)
    touch(path, at)
    return path


def touch(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def watch(path: object) -> WatchFolder:
    return folders.add(path=str(path), by=None, now=NOW)


def looks(*seconds: int) -> list[int]:
    """Imports made by looks so many seconds after noon."""
    return [look(now=NOW + timedelta(seconds=one)) for one in seconds]


def seen() -> dict[str, tuple[str, str]]:
    return {Path(one.path).name: (one.state, one.reason) for one in WatchedFile.objects.all()}


def test_a_file_is_imported_when_looks_saw_it_unchanged_and_never_again(dumps: Path) -> None:
    land(dumps / "a.smf")
    folder = watch(dumps)
    assert looks(0, 30, 60, 3600) == [0, 0, 1, 0]
    imported = Import.objects.get()
    assert (imported.source, imported.path) == ("watch", str((dumps / "a.smf").resolve()))
    pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.added) == ("complete", 1609)
    folder.refresh_from_db()
    assert (folder.looked_at, folder.error) == (NOW + timedelta(seconds=3600), "")
    assert AuditEntry.objects.filter(action="import.submit").count() == 1


def test_a_file_that_grows_or_was_just_written_is_left_alone(dumps: Path) -> None:
    path = land(dumps / "a.smf", at=NOW)
    watch(dumps)
    assert looks(0, 30) == [0, 0]  # half a minute old
    with path.open("ab") as file:
        file.write(b"more")
    touch(path, NOW + timedelta(seconds=50))
    assert looks(60, 90, 119) == [0, 0, 0]
    assert looks(120) == [1]


@pytest.mark.parametrize("days", [1, -1])
def test_a_file_of_a_clock_that_is_wrong_is_imported_when_we_saw_it_unchanged(
    dumps: Path, days: int
) -> None:
    land(dumps / "a.smf", at=NOW + timedelta(days=days))
    watch(dumps)
    assert looks(0, 30, 59, 60) == [0, 0, 0, 1]


def test_names_of_half_written_files_and_empty_ones_are_left_alone(dumps: Path) -> None:
    for name in ("a.smf.part", "b.tmp", ".c.smf", "d.filepart"):
        land(dumps / name)
    (dumps / "e.smf").touch()
    touch(dumps / "e.smf", LONG_AGO)
    watch(dumps)
    assert looks(0, 60, 3600) == [0, 0, 0]
    assert seen()["a.smf.part"] == ("waiting", "left alone: its name fits `*.part`")
    assert seen()["e.smf"] == ("waiting", "left alone: it is empty")
    (dumps / "a.smf.part").rename(dumps / "a.smf")
    assert looks(3700, 3800) == [0, 1]
    assert "a.smf.part" not in seen()


def test_a_changed_file_of_the_same_name_is_a_new_import_a_touched_one_is_not(dumps: Path) -> None:
    path = land(dumps / "a.smf")
    watch(dumps)
    assert looks(0, 60) == [0, 1]
    touch(path, LONG_AGO + timedelta(minutes=1))
    assert looks(120, 180, 240) == [0, 0, 0]
    assert seen()["a.smf"] == ("imported", "only its time has changed since it was imported")
    land(path, sample="overlap.smf", at=LONG_AGO + timedelta(minutes=2))
    assert looks(300, 360, 420) == [0, 1, 0]
    assert Import.objects.count() == 2


def test_generations_of_a_data_set_are_chosen_by_their_pattern(dumps: Path) -> None:
    for name in ("SMF.G0001V00.smf", "SMF.G0002V00.smf", "SMF.BACKUP.smf"):
        land(dumps / name)
    watch(dumps / "SMF.G*V00.*")
    assert looks(0, 60) == [0, 2]
    land(dumps / "SMF.G0003V00.smf", sample="overlap.smf")
    assert looks(90, 150) == [0, 1]
    assert sorted(seen()) == [f"SMF.G000{number}V00.smf" for number in (1, 2, 3)]


def test_a_file_in_two_watch_folders_is_imported_once(dumps: Path) -> None:
    land(dumps / "a.smf")
    watch(dumps)
    watch(dumps / "*.smf")
    assert looks(0, 60, 120) == [0, 1, 0]
    assert list(WatchedFile.objects.values_list("state", flat=True)) == [
        "imported",
        "imported",
    ]


def test_trouble_of_one_folder_is_said_and_stops_no_other(dumps: Path) -> None:
    for name in ("gone", "there"):
        (dumps / name).mkdir()
    land(dumps / "there" / "a.smf")
    lost, there = watch(dumps / "gone"), watch(dumps / "there")
    (dumps / "gone").rmdir()
    assert looks(0, 60) == [0, 1]
    for folder in (lost, there):
        folder.refresh_from_db()
    assert (lost.error, there.error) == ("the folder can't be read: no such file or directory", "")
    (dumps / "gone").mkdir()
    looks(120)
    lost.refresh_from_db()
    assert lost.error == ""


def test_a_link_that_leads_out_of_the_allowed_folders_is_refused(
    dumps: Path, tmp_path: Path
) -> None:
    secret = land(tmp_path / "secret.smf")
    (dumps / "a.smf").symlink_to(secret)
    watch(dumps)
    assert looks(0, 60, 120) == [0, 0, 0]
    state, reason = seen()["a.smf"]
    assert state == "refused"
    assert reason.endswith("is outside the configured import roots")


@pytest.mark.parametrize("path", ["/etc", "relative", "/dumps/../etc/*", "\0"])
def test_a_folder_outside_the_allowed_ones_is_refused(dumps: Path, path: str) -> None:
    with pytest.raises(IntakeError):
        watch(path)
    assert not WatchFolder.objects.exists()


def test_a_name_that_no_column_can_hold_is_left_alone_and_shown(dumps: Path) -> None:
    land(dumps / "a.smf").rename(os.fsdecode(os.fsencode(dumps) + b"/\xff.smf"))
    watch(dumps)
    assert looks(0, 60) == [0, 0]
    ((state, reason),) = seen().values()
    assert (state, reason) == ("waiting", "left alone: its name can't be kept, rename the file")


def test_a_paused_folder_is_not_looked_into_and_goes_on_with_what_landed(dumps: Path) -> None:
    folder = watch(dumps)
    folders.switch(folder=folder, active=False, by=None, now=NOW)
    land(dumps / "a.smf")
    assert looks(0, 60) == [0, 0]
    folders.switch(folder=folder, active=True, by=None, now=NOW)
    assert looks(90, 150) == [0, 1]
    folders.remove(folder=folder, by=None, now=NOW)
    assert Import.objects.count() == 1
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "watch.add",
        "watch.pause",
        "watch.resume",
        "import.submit",
        "watch.remove",
    ]


def test_one_look_at_a_time(dumps: Path) -> None:
    land(dumps / "a.smf")
    watch(dumps)
    looks(0)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [looking.LOCK_LOOK])
        assert looks(60) == [0]
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    assert looks(90) == [1]
