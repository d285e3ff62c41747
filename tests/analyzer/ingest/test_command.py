"""`manage.py ingest`: one JSON object per file, exit code by the worst of them."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.utils import timezone

from analyzer.ingest import intake
from analyzer.ingest.pipeline import Done
from analyzer.management.progress_bar import ProgressBar
from analyzer.models import Import
from analyzer.tasks import work_on_import
from tests.analyzer.ingest.conftest import SAMPLES

KEYS = {
    *("path", "state", "added", "duplicate", "ignored", "rejected", "earliest", "latest"),
    "seconds",
}


def reports(out: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_json_has_one_object_per_file(store: None) -> None:
    out = StringIO()
    paths = [str(SAMPLES / name) for name in ("site-vbs.smf", "overlap.smf")]
    call_command("ingest", *paths, "--json", "--comment", "from a test", stdout=out)
    site, overlap = reports(out)
    assert set(site) == set(overlap) == KEYS
    assert (site["path"], site["state"], site["added"]) == (paths[0], "complete", 1609)
    assert site["ignored"]["aggregation_enabled"] == 1
    assert (overlap["duplicate"], overlap["added"]) == (537, 804)
    assert (site["earliest"], site["latest"]) == ("2026-10-05T00:30:00", "2026-10-06T00:00:00")
    assert set(Import.objects.values_list("comment", "source")) == {("from a test", "command")}


def test_a_failed_file_fails_the_command_after_the_others_are_done(
    store: None, tmp_path: Path
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a dump at all\n" * 1000)
    out, err = StringIO(), StringIO()
    paths = [str(text), str(tmp_path / "none"), str(SAMPLES / "zos32.smf")]
    with pytest.raises(CommandError, match="2 of 3"):
        call_command("ingest", *paths, "--json", stdout=out, stderr=err)
    failed, missing, good = reports(out)
    assert set(failed) == set(missing) == set(good) == KEYS
    assert (failed["state"], missing["state"], good["state"]) == ("failed", "failed", "complete")
    why, none = err.getvalue().splitlines()
    assert why.startswith(f"{text}: the file holds no SMF records. transfer it again")
    assert none.endswith("is not a file")


def test_no_file_waits_where_a_worker_would_take_it(store: None) -> None:
    class Watched(StringIO):
        def write(self, text: str) -> int:
            waiting.append(Import.objects.filter(state=Import.State.PENDING).count())
            return super().write(text)

    waiting: list[int] = []
    paths = [str(SAMPLES / name) for name in ("site-vbs.smf", "overlap.smf", "zos32.smf")]
    call_command("ingest", *paths, "--json", stdout=Watched())
    assert Import.objects.count() == 3
    assert waiting
    assert not any(waiting)


@pytest.mark.parametrize(
    ("name", "comment", "why"),
    [
        (b"latin-\xe4.smf", "", "rename the file"),
        (b"long" * 60 + b".smf", "x" * 201, "200 characters"),
        (b"a.smf", "\0", "no text"),
    ],
)
def test_what_no_column_takes_is_refused_with_the_reason(
    store: None, tmp_path: Path, name: bytes, comment: str, why: str
) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes((SAMPLES / "zos32.smf").read_bytes())
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("ingest", str(path), "--json", "--comment", comment, stdout=out, stderr=err)
    assert why in err.getvalue()
    assert reports(out)[0]["state"] == "failed"
    assert not Import.objects.exists()


def test_a_name_with_a_line_break_stays_on_its_line(store: None, tmp_path: Path) -> None:
    path = tmp_path / "a\nb: complete.smf"
    path.write_bytes((SAMPLES / "zos32.smf").read_bytes())
    out, as_json = StringIO(), StringIO()
    call_command("ingest", str(path), stdout=out)
    call_command("ingest", str(path), "--json", stdout=as_json)
    assert out.getvalue().count("\n") == 1
    assert reports(as_json)[0]["path"] == str(path)
    assert Import.objects.filter(path=str(path)).count() == 2


def test_an_unexpected_error_fails_the_import_and_does_not_leave_it_active(store: None) -> None:
    imported = intake.submit_command(path=SAMPLES / "zos32.smf", now=timezone.now())
    Import.objects.update(forced_framing="punched cards")
    with pytest.raises(ValueError, match="punched cards"):
        work_on_import(imported.pk)
    imported.refresh_from_db()
    assert imported.state == Import.State.FAILED
    assert "unexpected error" in imported.error
    assert "punched cards" in imported.error


def test_the_bar_shows_bytes_records_rate_and_time_left() -> None:
    screen = StringIO()
    times = iter((100.0, 104.0))
    bar = ProgressBar(OutputWrapper(screen), clock_s=lambda: next(times))
    bar(Done(done_bytes=40 << 20, size_bytes=100 << 20, records=123_456))
    clear = "\r\x1b[K"
    line = f"[{'#' * 12}{'.' * 18}]  40% 40 of 100 MB, 123,456 records, 10 MB/s, 0:00:06 left"
    assert screen.getvalue() == f"{clear}{line}"
    bar(Done(done_bytes=100 << 20, size_bytes=100 << 20, records=300_000))
    assert screen.getvalue() == f"{clear}{line}{clear}"


def test_a_dump_that_lost_its_rdws_fails_with_advice(store: None, tmp_path: Path) -> None:
    data = (SAMPLES / "zos32.smf").read_bytes()
    path, position = tmp_path / "lost.smf", 0
    with path.open("wb") as out:
        while position < len(data):
            length = int.from_bytes(data[position : position + 2], "big")
            out.write(data[position + 4 : position + length])
            position += length
    with pytest.raises(CommandError):
        call_command("ingest", str(path), stdout=StringIO())
    found = Import.objects.get()
    assert found.state == Import.State.FAILED
    assert "rdw" in found.advice.lower()


def test_without_json_a_sentence_says_the_same(store: None) -> None:
    out = StringIO()
    call_command("ingest", str(SAMPLES / "damaged.smf"), stdout=out)
    assert "60 added, 0 duplicate, 0 ignored, 4 rejected in " in out.getvalue()
    assert out.getvalue().endswith(" s: the end is truncated\n")
