"""`manage.py ingest`: one JSON object per file, exit code by the worst of them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analyzer.models import Import
from tests.analyzer.ingest.conftest import SAMPLES

KEYS = {
    *("path", "state", "added", "duplicate", "ignored", "rejected", "truncated_tail"),
    *("earliest", "latest", "seconds"),
}


def reports(out: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_json_has_one_object_per_file(store: None) -> None:
    out = StringIO()
    paths = [str(SAMPLES / name) for name in ("site-vbs.smf", "overlap.smf")]
    call_command("ingest", *paths, "--json", "--comment", "from a test", stdout=out)
    site, overlap = reports(out)
    assert set(site) == KEYS
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
    out = StringIO()
    paths = [str(text), str(tmp_path / "none"), str(SAMPLES / "zos32.smf")]
    with pytest.raises(CommandError, match="2 of 3"):
        call_command("ingest", *paths, "--json", stdout=out)
    failed, missing, good = reports(out)
    assert (failed["state"], missing["state"], good["state"]) == ("failed", "failed", "complete")
    assert failed["error"]
    assert "not a file" in missing["error"]


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
    assert "60 added, 0 duplicate, 0 ignored, 4 rejected, the end is truncated" in out.getvalue()
