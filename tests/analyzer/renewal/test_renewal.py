"""Imports of an older decoder are read again: their records are replaced, never doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from analyzer.ingest import pipeline
from analyzer.models import Activity, Import
from analyzer.queries.data.renewals import outdated, renewable
from analyzer.renewal import finish, renew_all
from tests.analyzer.ingest.conftest import SAMPLES, digest_of_store, ingest, store
from tests.analyzer.pruning.test_removal import NOTHING, dangling

__all__ = ["ingest", "store"]
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
Ingest = Callable[..., Import]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """This release decodes in a newer way than the imports that are there."""
    for module in ("analyzer.queries.data.renewals", "analyzer.ingest.pipeline"):
        monkeypatch.setattr(f"{module}.DECODER", 2)
    monkeypatch.setattr(outdated, "__defaults__", (2,))
    monkeypatch.setattr(renewable, "__defaults__", (2,))


def spoil() -> None:
    """As if the older decoder had read another client, and other counters."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE analyzer_securitysession SET digest = sha256(digest)")
        cursor.execute("UPDATE analyzer_activity SET fingerprint = fingerprint + 1")


def renew() -> list[Import]:
    found = renew_all(by=None, now=NOW, detach=False, confined=False)
    for one in found.taken:
        pipeline.run(one.pk)
        one.refresh_from_db()
        finish(import_id=one.pk, now=NOW)
    return found.taken


def test_an_import_says_which_decoder_has_read_it(ingest: Ingest) -> None:
    assert ingest(SAMPLES / "site-vbs.smf").decoder == 1
    assert outdated() == []


def test_records_are_replaced_and_not_doubled(ingest: Ingest, newer: None) -> None:
    first = ingest(SAMPLES / "site-vbs.smf")
    before = digest_of_store()
    Import.objects.update(decoder=1)
    spoil()
    (second,) = renew()
    assert (second.state, second.added, second.duplicate) == ("complete", 1609, 0)
    assert (second.renews_id, second.decoder) == (first.pk, 2)
    assert Activity.objects.count() == 1609
    call_command("reimport", "--yes", stdout=StringIO())  # nothing is outdated: only leftovers go
    assert dangling() == NOTHING
    assert digest_of_store() == before
    assert outdated() == []


def test_overlapping_dumps_count_once_when_both_are_read_again(ingest: Ingest, newer: None) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    ingest(SAMPLES / "overlap.smf")
    before = digest_of_store()
    Import.objects.update(decoder=1)
    spoil()
    assert len(renew()) == 2
    call_command("reimport", "--yes", stdout=StringIO())
    assert digest_of_store() == before
    assert dangling() == NOTHING


def test_a_worker_lost_between_removal_and_reading_is_followed(
    ingest: Ingest, newer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    before = digest_of_store()
    Import.objects.update(decoder=1)
    found = renew_all(by=None, now=NOW, detach=False, confined=False)

    class PowerLossError(BaseException):
        pass

    def lose(*args: object, **given: object) -> None:
        raise PowerLossError

    with monkeypatch.context() as patch:
        patch.setattr("analyzer.ingest.load.batch.Loader.load", lose)
        with pytest.raises(PowerLossError):
            pipeline.run(found.taken[0].pk)
    assert Activity.objects.count() == 0
    pipeline.run(found.taken[0].pk)
    assert digest_of_store() == before


def test_what_is_gone_or_another_file_stays_as_it_is(
    ingest: Ingest, newer: None, tmp_path: Path
) -> None:
    path = tmp_path / "a.smf"
    path.write_bytes((SAMPLES / "site-vbs.smf").read_bytes())
    ingest(path)
    ingest(SAMPLES / "overlap.smf")
    Import.objects.update(decoder=1)
    before = digest_of_store()
    path.write_bytes(b"other")
    first, second = outdated(confined=False)
    assert first.why == "another file lies there now"
    assert second.why == f"it shares records with {path}, which can't be read again"
    path.unlink()
    assert outdated(confined=False)[0].why == "the file is not there any more"
    assert renew() == []
    assert digest_of_store() == before


def test_files_outside_the_roots_are_for_the_command_alone(
    ingest: Ingest, newer: None, settings: Any
) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    Import.objects.update(decoder=1)
    settings.IMPORT_ROOTS = []
    (one,) = outdated()
    assert one.why == "it lies outside the import roots: `manage.py reimport` can read it"
    out = StringIO()
    call_command("reimport", stdout=out)
    assert "can be read again" in out.getvalue()
    assert "1 imports of an older decoder; nothing was done" in out.getvalue()
    call_command("reimport", "--yes", stdout=out)
    assert "complete, 1609 added" in out.getvalue()
