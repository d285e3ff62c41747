"""A killed Celery worker: the import goes on by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from django.utils import timezone

from analyzer.ingest import intake, pipeline, waiting
from analyzer.models import Import
from tests.analyzer.ingest.conftest import empty_store
from tests.faults.ingesting import make_dump, outcome, submit, wait_for, wait_for_end
from tests.faults.workers import Worker

pytestmark = pytest.mark.faults


@pytest.fixture
def dump(transactional_db: None, tmp_path: Path) -> Path:
    path = tmp_path / "site.smf"
    make_dump(path, sessions=12_000)
    empty_store()
    return path


def test_an_import_whose_worker_process_is_killed_is_finished_by_the_next(
    dump: Path, celery_worker_process: subprocess.Popen[bytes]
) -> None:
    imported = submit(dump, detach=True)
    wait_for(imported, lambda found: found.added > 0 and found.state == Import.State.ACTIVE)
    os.kill(int(imported.worker.split("/")[1]), signal.SIGKILL)
    wait_for_end(imported)
    found = outcome(imported)
    assert imported.attempts == 1  # a whole batch since
    empty_store()
    calm = submit(dump)
    pipeline.run(calm.pk)
    assert found == outcome(calm)


def test_an_import_that_the_broker_has_forgotten_is_taken_up(
    dump: Path, celery_worker_process: subprocess.Popen[bytes]
) -> None:
    imported = submit(dump)
    Import.objects.filter(pk=imported.pk).update(
        state=Import.State.ACTIVE, started_at=timezone.now(), worker="another-host/1/1/x"
    )
    assert waiting.recover(now=timezone.now()) == 1
    wait_for_end(imported)
    assert imported.state == Import.State.COMPLETE


def test_a_worker_that_starts_takes_up_at_once_what_the_one_before_it_left(
    dump: Path, process_environment: dict[str, str], tmp_path: Path
) -> None:
    worker = Worker(tmp_path / "before.log", process_environment)
    imported = submit(dump, detach=True)
    wait_for(imported, lambda found: found.added > 0)
    worker.kill()
    imported.refresh_from_db()
    assert imported.state == Import.State.ACTIVE
    elsewhere = submit(dump)  # whose worker shows signs of life
    Import.objects.filter(pk=elsewhere.pk).update(
        state=Import.State.ACTIVE, worker="another-host@0/1/1/x", heartbeat_at=timezone.now()
    )
    worker = Worker(tmp_path / "after.log", process_environment)  # nobody but it: no beat
    try:
        wait_for_end(imported)
    finally:
        worker.kill()
    assert imported.state == Import.State.COMPLETE
    elsewhere.refresh_from_db()
    assert (elsewhere.worker, elsewhere.added) == ("another-host@0/1/1/x", 0)


def test_a_cancel_works_within_a_second_and_leaves_whole_batches(
    dump: Path, celery_worker_process: subprocess.Popen[bytes]
) -> None:
    imported = submit(dump, detach=True)
    wait_for(imported, lambda found: found.added > 0)
    began = time.monotonic()
    assert intake.cancel(imported=imported, by=None, now=timezone.now())
    assert time.monotonic() - began < 1
    wait_for(imported, lambda found: found.state == Import.State.CANCELED, timeout_s=1)
    added = imported.added
    time.sleep(2)
    imported.refresh_from_db()
    assert (imported.state, imported.added) == (Import.State.CANCELED, added)
    state = outcome(imported)
    assert str(state[-1]["activity"]).startswith(f"{added} ")  # type: ignore[index]
