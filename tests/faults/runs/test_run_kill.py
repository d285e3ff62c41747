"""A worker killed in the middle of a run: the next one ends it, with each verdict once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from analyzer.ingest import intake, pipeline
from enforcement.models import Run, UnmetRule, Verdict
from enforcement.runs import work
from enforcement.runs.claims import handling
from tests.analyzer.ingest.conftest import empty_store
from tests.builders.site_dumps import write_dump
from tests.designer.effect.test_against_matcher import ARTICLE, IPSEC, NONE, SSH
from tests.faults.workers import Worker
from tests.runs.test_verdicts import make_run

pytestmark = pytest.mark.faults


@pytest.fixture
def run(transactional_db: None, tmp_path: Path) -> Iterator[Run]:
    """A run of four rule sets over some thousand sessions, not handed over yet."""
    dump = tmp_path / "site.smf"
    write_dump(dump, sessions=5_000, intervals=2, first=date(2026, 3, 1))
    empty_store()
    pipeline.run(intake.submit_command(path=dump, now=timezone.now()).pk)
    yield make_run(ARTICLE, SSH, IPSEC, NONE, mode="recorded")
    Run.objects.all().delete()
    empty_store()


def wait_for(run: Run, ready: Callable[[], bool], timeout_s: float = 90) -> None:
    until = time.monotonic() + timeout_s
    while True:
        run.refresh_from_db()
        if ready():
            return
        assert time.monotonic() < until, (run.state, run.step, run.error)
        time.sleep(0.01)


@contextmanager
def locked(table: str) -> Iterator[Callable[[], bool]]:
    """Nobody touches a table inside; what is yielded says whether somebody waits for it."""
    place = connection.settings_dict
    with psycopg.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], dbname=place["NAME"]
    ) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        asked = "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted"

        def is_waited_for() -> bool:
            row = other.execute(asked, (table,)).fetchone()
            return bool(row and row[0])

        yield is_waited_for
        other.rollback()


def outcome(run: Run) -> list[list[tuple[Any, ...]]]:
    """All that a run found, without keys that differ from run to run."""
    found: list[list[tuple[Any, ...]]] = [
        [(run.sessions, run.connections, str(run.reset_days), str(run.reset_hours))]
    ]
    for model in (Verdict, UnmetRule):
        names = [one.name for one in model._meta.fields if one.name not in {"id", "run"}]
        rows = model._default_manager.filter(run=run).values_list(*names)
        found.append(sorted(rows, key=str))
    return found


@pytest.mark.parametrize(
    "table",
    ["analyzer_protection", "enforcement_unmetrule"],
    ids=["while it reads", "while it stores, all verdicts written"],
)
def test_the_next_worker_ends_the_run_and_nothing_is_there_twice(
    run: Run, table: str, process_environment: dict[str, str], tmp_path: Path
) -> None:
    handling.send(run.pk)
    with locked(table) as is_waited_for:
        worker = Worker(tmp_path / "before.log", process_environment)
        try:
            wait_for(run, lambda: run.state == Run.State.ACTIVE and is_waited_for())
        finally:
            worker.kill()
    run.refresh_from_db()
    assert run.state == Run.State.ACTIVE
    assert not Verdict.objects.filter(run=run).exists()
    worker = Worker(tmp_path / "after.log", process_environment)
    try:
        wait_for(run, lambda: run.finished_at is not None)
    finally:
        worker.kill()
    assert (run.state, run.attempts, run.error) == (Run.State.COMPLETE, 2, "")
    calm = make_run(ARTICLE, SSH, IPSEC, NONE, mode="recorded")
    work.run(calm.pk)
    calm.refresh_from_db()
    assert outcome(run) == outcome(calm)
    assert len(outcome(run)[1]) > 30
