"""`manage.py make_sample_dump`: files, wrappers, and what it refuses."""

from __future__ import annotations

import gzip
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from django.core.management import CommandError, call_command
from django.utils import timezone

from smf.reader import DumpReader, Framing

SMALL = ("--sessions=60", "--days=2", "--interval-minutes=240", "--end=2026-10-05")


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """A directory with nothing else in it."""
    directory = tmp_path / "dumps"
    directory.mkdir()
    return directory


def make(path: Path, *arguments: str, **given: Any) -> str:
    out = StringIO()
    call_command("make_sample_dump", str(path), *arguments, stdout=out, **given)
    return out.getvalue()


def test_the_call_of_the_demonstration_makes_a_dump_with_connections(dumps: Path) -> None:
    path = dumps / "sample.smf"
    made = make(path, sessions=60, days=2, end="2026-10-05", detail=True)
    with DumpReader(path) as reader:
        batches = list(reader)
    assert sum(batch.connections.height for batch in batches) > 0
    assert not [reject for batch in batches for reject in batch.rejects]
    intervals = sum(batch.activity.height for batch in batches)
    assert f"{intervals} intervals of " in made
    assert list(dumps.iterdir()) == [path]


def test_equal_arguments_give_equal_bytes_under_any_name(dumps: Path) -> None:
    paths = [dumps / name for name in ("one", "two", "one.gz", "two.gz", "one.zst", "two.zst")]
    for path in paths:
        make(path, *SMALL)
    one, two, *packed = (path.read_bytes() for path in paths)
    assert one == two
    assert packed[0] == packed[1]
    assert packed[2] == packed[3]
    assert gzip.decompress(packed[0]) == one
    assert zstandard.ZstdDecompressor().decompressobj().decompress(packed[2]) == one


def test_gzip_can_be_asked_for_whatever_the_name(dumps: Path) -> None:
    make(dumps / "dump", *SMALL, "--gzip")
    make(dumps / "dump.gz", *SMALL)
    assert (dumps / "dump").read_bytes() == (dumps / "dump.gz").read_bytes()


def test_framing_seed_and_release_are_passed_on(dumps: Path) -> None:
    path = dumps / "dump"
    make(path, *SMALL, "--framing=vbs", "--release=v2r3", "--detail")
    with DumpReader(path) as reader:
        releases = {release for batch in reader for release in batch.sessions["release"]}
    assert reader.framing is Framing.VBS
    assert releases == {"CS V2R3"}
    before = path.read_bytes()
    make(path, *SMALL, "--framing=vbs", "--release=v2r3", "--detail", "--seed=7")
    assert path.read_bytes() != before


def test_the_days_end_yesterday_unless_said_otherwise(dumps: Path) -> None:
    today = timezone.localdate()
    make(dumps / "dump", "--sessions=60", "--days=1", "--interval-minutes=240")
    with DumpReader(dumps / "dump") as reader:
        ends = [batch.activity["local_end"].cast(pl.Datetime("us")) for batch in reader]
    days = set(pl.concat(ends).dt.date())
    assert days <= {today - timedelta(days=1), timezone.localdate() - timedelta(days=1)}


def test_nothing_is_said_when_nobody_listens(dumps: Path) -> None:
    assert make(dumps / "dump", *SMALL, verbosity=0) == ""


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--end=5.10.2026", "`5.10.2026` is not a date like 2026-10-05"),
        ("--days=0", "covers 1 to"),
        ("--interval-minutes=7", "goes into a day"),
    ],
)
def test_arguments_without_sense_leave_the_file_alone(
    dumps: Path, argument: str, message: str
) -> None:
    path = dumps / "dump"
    path.write_bytes(b"what was there")
    with pytest.raises(CommandError, match=message):
        make(path, *SMALL, argument)
    assert path.read_bytes() == b"what was there"
    assert list(dumps.iterdir()) == [path]


def test_a_dump_that_cannot_be_written_is_said_in_one_sentence(dumps: Path) -> None:
    with pytest.raises(CommandError, match="the dump cannot be written: "):
        make(dumps / "nowhere" / "dump", *SMALL)
    full = dumps / "full.part"
    full.symlink_to("/dev/full")
    with pytest.raises(CommandError, match="No space left"):
        make(dumps / "full", *SMALL)
    assert list(dumps.iterdir()) == []
