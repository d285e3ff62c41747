"""Who may work on an import, and what a cancel does to it."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from django.utils import timezone

from analyzer.ingest import claims, intake, pipeline, workers
from analyzer.ingest.errors import NotOursError
from analyzer.ingest.load.batch import Loader
from analyzer.ingest.load.intervals import prepare
from analyzer.models import Activity, AuditEntry, Import, Reject
from smf.reader import DumpReader
from tests.analyzer.ingest.conftest import SAMPLES

SITE = SAMPLES / "site-vbs.smf"


def submitted() -> Import:
    return intake.submit_command(path=SITE, now=timezone.now())


def claimed() -> Import:
    found = claims.claim(import_id=submitted().pk, now=timezone.now())
    assert found is not None
    return found


def elsewhere(imported: Import, **columns: object) -> None:
    Import.objects.filter(pk=imported.pk).update(worker="another-host/1/1/x", **columns)


def load_one(loader: Loader) -> None:
    with DumpReader(SITE) as reader:
        batch = next(iter(reader))
        loader.load(batch, prepare(batch.activity), bytes_done=1, now=timezone.now())


def test_an_import_in_good_hands_is_left_alone(store: None) -> None:
    imported = claimed()
    elsewhere(imported)
    assert not pipeline.run(imported.pk)
    assert claims.orphans(now=timezone.now()) == []


def test_an_import_without_heartbeat_is_taken_over(store: None) -> None:
    imported = claimed()
    late = timezone.now() - timedelta(seconds=claims.STALE_AFTER_S + 1)
    elsewhere(imported, heartbeat_at=late)
    assert claims.orphans(now=timezone.now()) == [imported.pk]
    assert pipeline.run(imported.pk)
    assert Import.objects.get().state == Import.State.COMPLETE


def test_a_dead_process_of_this_host_loses_its_import_at_once(store: None) -> None:
    imported = claimed()
    host = imported.worker.partition("/")[0]
    Import.objects.update(worker=f"{host}/999999999/1/x", heartbeat_at=timezone.now())
    assert claims.orphans(now=timezone.now()) == [imported.pk]


@pytest.mark.parametrize("place", ["", "@000000000000"])
def test_a_host_of_the_same_name_with_processes_of_its_own_keeps_its_import(
    store: None, place: str
) -> None:
    imported = claimed()
    host = imported.worker.partition("/")[0].partition("@")[0]
    Import.objects.update(worker=f"{host}{place}/999999999/1/x", heartbeat_at=timezone.now())
    assert claims.orphans(now=timezone.now()) == []
    assert not pipeline.run(imported.pk)


def test_the_name_of_a_worker_fits_its_column_whatever_the_host_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "h" * 255)
    name = workers.new_name()
    assert len(name) < 100
    assert workers.is_ours(name)
    assert workers.new_name() != name


def test_a_pending_import_that_the_broker_lost_is_handed_over_again_but_not_each_time(
    store: None,
) -> None:
    imported = submitted()
    assert claims.orphans(now=timezone.now()) == []
    later = timezone.now() + timedelta(seconds=claims.WAITING_AFTER_S + 1)
    assert claims.orphans(now=later) == [imported.pk]
    assert claims.orphans(now=later + timedelta(seconds=1)) == []


def test_a_worker_that_lost_its_claim_stores_nothing(store: None) -> None:
    imported = claimed()
    loader = Loader(imported)
    elsewhere(imported)
    with pytest.raises(NotOursError):
        load_one(loader)
    assert not Activity.objects.exists()
    assert not Reject.objects.exists()
    assert Import.objects.get().added == 0


def test_a_canceled_import_is_canceled_at_once_and_its_batch_is_rolled_back(store: None) -> None:
    imported = claimed()
    loader = Loader(imported)
    assert intake.cancel(imported=imported, by=None, now=timezone.now())
    assert Import.objects.get().state == Import.State.CANCELED
    with pytest.raises(NotOursError):
        load_one(loader)
    assert not Activity.objects.exists()
    assert not pipeline.run(imported.pk)
    assert AuditEntry.objects.filter(action="import.cancel").count() == 1


def test_an_import_that_has_ended_cannot_be_canceled(store: None) -> None:
    imported = submitted()
    pipeline.run(imported.pk)
    assert not intake.cancel(imported=imported, by=None, now=timezone.now())
    assert Import.objects.get().state == Import.State.COMPLETE


def test_a_handed_back_import_says_why_and_is_given_up_with_that_reason(store: None) -> None:
    imported = claimed()
    claims.hand_back(import_id=imported.pk, worker=imported.worker, error="no space left")
    imported.refresh_from_db()
    assert (imported.state, imported.error) == (Import.State.PENDING, "no space left")
    Import.objects.update(attempts=claims.MAX_ATTEMPTS)
    assert pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert imported.state == Import.State.FAILED
    assert imported.error.endswith("no space left")


def test_an_import_that_was_handed_back_and_then_completes_has_no_error(store: None) -> None:
    imported = claimed()
    claims.hand_back(import_id=imported.pk, worker=imported.worker, error="no space left")
    assert pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.error) == (Import.State.COMPLETE, "")


def test_an_import_that_kills_its_worker_again_and_again_is_given_up(store: None) -> None:
    imported = submitted()
    Import.objects.update(attempts=claims.MAX_ATTEMPTS)
    assert pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert imported.state == Import.State.FAILED
    assert "lost" in imported.error
