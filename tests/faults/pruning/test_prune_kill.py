"""A worker killed in the middle of a prune: the next one goes on, whole days at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from analyzer.ingest import pipeline
from analyzer.models import Prune, SystemSettings
from analyzer.pruning import submit, work
from analyzer.queries.data.prunes import Asked
from tests.analyzer.ingest.conftest import digest_of_store, empty_store
from tests.analyzer.pruning.test_removal import NOTHING, dangling
from tests.builders.site_dumps import write_dump
from tests.faults import ingesting

pytestmark = pytest.mark.faults
DAYS = 8


@pytest.fixture
def dump(transactional_db: None, tmp_path: Path) -> Path:
    path = tmp_path / "site.smf"
    write_dump(path, sessions=1_500, intervals=48 * DAYS, first=date(2026, 3, 1))
    empty_store()
    pipeline.run(ingesting.submit(path).pk)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    return path


def asked() -> Asked:
    """One system: rows are deleted day by day, since others have records of the same days."""
    return Asked("all", systems=[SystemSettings.objects.get(system="SYSB").pk])


def wait_for(prune: Prune, ready: Callable[[Prune], bool]) -> None:
    until = time.monotonic() + 90
    while True:
        prune.refresh_from_db()
        if ready(prune):
            return
        assert time.monotonic() < until, (prune.state, prune.days_done, prune.error)
        time.sleep(0.005)


def test_a_prune_whose_worker_process_is_killed_is_finished_by_the_next(
    dump: Path, celery_worker_process: subprocess.Popen[bytes]
) -> None:
    prune = submit.submit(asked=asked(), by=None, now=timezone.now())
    wait_for(prune, lambda found: found.days_done > 0)
    killed = prune.worker
    os.kill(int(killed.split("/")[1]), signal.SIGKILL)
    wait_for(prune, lambda found: found.state == Prune.State.COMPLETE)
    assert prune.worker != killed
    assert prune.days_done == DAYS
    assert dangling() == NOTHING
    after, removed = digest_of_store(), prune.intervals
    empty_store()
    pipeline.run(ingesting.submit(dump).pk)
    calm = submit.submit(asked=asked(), by=None, now=timezone.now(), detach=False)
    work.run(calm.pk)
    calm.refresh_from_db()
    assert calm.intervals == removed
    assert digest_of_store() == after


def test_a_cancel_leaves_whole_days(
    dump: Path, celery_worker_process: subprocess.Popen[bytes]
) -> None:
    prune = submit.submit(asked=asked(), by=None, now=timezone.now())
    wait_for(prune, lambda found: found.days_done > 0)
    assert submit.cancel(prune=prune, by=None, now=timezone.now())
    prune.refresh_from_db()
    done = prune.days_done
    time.sleep(1)
    prune.refresh_from_db()
    assert (prune.state, prune.days_done) == (Prune.State.CANCELED, done)
    assert 0 < done < DAYS
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(DISTINCT d.day) FROM analyzer_daily_activity d
            JOIN analyzer_securitysession s ON s.id = d.session_id
            JOIN analyzer_server v ON v.id = s.server_id
            JOIN analyzer_stack t ON t.id = v.stack_id WHERE t.system = 'SYSB'"""
        )
        assert cursor.fetchone()[0] == DAYS - done
    assert dangling()["sums"] == 0
