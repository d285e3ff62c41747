"""SIGKILL at random moments of an import: nothing twice, nothing lost."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analyzer.models import Import
from tests.analyzer.ingest.conftest import empty_store
from tests.faults.ingesting import make_dump, outcome, submit, wait_for_end
from tests.faults.moments import await_moment, moments, seed
from tests.faults.workers import Worker

pytestmark = pytest.mark.faults
KILLS, POWER_CUTS = 20, 3
APP = "tests.faults.small_batches"


@pytest.fixture
def new_worker(
    transactional_db: None, process_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[[], Worker]]:
    """Start another worker; all of them are gone after the test."""
    started: list[Worker] = []

    def start() -> Worker:
        log = tmp_path / f"worker{len(started)}.log"
        started.append(Worker(log, process_environment, app=APP))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


def test_twenty_kills_of_the_worker_leave_the_same_rows_and_counts_as_none(
    new_worker: Callable[[], Worker], tmp_path: Path
) -> None:
    dump = tmp_path / "site.smf"
    records = make_dump(dump, sessions=2_000)
    empty_store()
    worker = new_worker()
    calm = submit(dump, detach=True)
    wait_for_end(calm)
    wanted = outcome(calm)
    assert wanted[:2] == (Import.State.COMPLETE, records)
    empty_store()
    imported = submit(dump, detach=True)
    chance, killed_at, dead = random.Random(seed()), [0], ""
    power_cuts = chance.sample(range(KILLS), POWER_CUTS)
    for number, moment in enumerate(moments(KILLS, records, chance)):
        await_moment(imported, moment, dead=dead)
        dead = imported.worker
        if number in power_cuts:
            worker.kill()
            worker = new_worker()  # takes the import up by itself
        else:
            os.kill(int(dead.split("/")[1]), signal.SIGKILL)
        imported.refresh_from_db()
        killed_at.append(imported.records_done)
    wait_for_end(imported)
    assert outcome(imported) == wanted
    # The kills hit the middle of things, all over the import.
    assert len(set(killed_at)) > KILLS // 2, killed_at
    assert records * 0.7 < killed_at[-1] < records, killed_at
