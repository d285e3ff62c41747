"""SIGKILL at random moments of an import: nothing twice, nothing lost."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from analyzer.models import Import
from tests.analyzer.ingest.conftest import empty_store
from tests.faults.ingesting import make_dump, outcome, start_work, submit

pytestmark = pytest.mark.faults
KILLS = 20


def test_twenty_kills_leave_the_same_rows_and_counts_as_none(
    transactional_db: None, process_environment: dict[str, str], tmp_path: Path
) -> None:
    dump = tmp_path / "site.smf"
    records = make_dump(dump, sessions=2_000)
    empty_store()
    calm = submit(dump)
    began = time.monotonic()
    assert start_work(calm, process_environment).wait() == 0
    took = time.monotonic() - began
    wanted = outcome(calm)
    assert wanted[:2] == (Import.State.COMPLETE, records)
    empty_store()
    killed_at = kill_again_and_again(submit(dump), process_environment, took)
    imported = Import.objects.latest("pk")
    assert start_work(imported, process_environment).wait() == 0
    assert outcome(imported) == wanted
    assert len(killed_at) == KILLS
    # The kills must have hit the middle of things, or nothing was shown.
    assert len(set(killed_at)) >= KILLS // 2, killed_at


def kill_again_and_again(imported: Import, environment: dict[str, str], took: float) -> list[int]:
    """Kill that many processes; returns how many records had been stored after each."""
    moments = random.Random(119)
    done = []
    for _ in range(KILLS):
        process = start_work(imported, environment)
        # Early in what is left, or the import would be over before the last of them.
        time.sleep(moments.uniform(0, took * 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        imported.refresh_from_db()
        done.append(imported.added)
        if imported.state == Import.State.COMPLETE:
            empty_store()
            imported = submit(Path(imported.path))
    return done
