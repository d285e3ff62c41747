"""Workers that are killed again and again: the run ends as if nothing had happened."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from analyzer.ingest import intake, pipeline
from enforcement.histories.claims import handling
from enforcement.models import HistoryRun, HistoryState
from policy.values.actions import Action
from tests.analyzer.ingest.conftest import empty_store
from tests.builders.enforcement.records import TLS11, TLS12, Connection, policy
from tests.faults.workers import Worker
from tests.histories.given import done, file, made, part
from tests.histories.test_life import found

pytestmark = pytest.mark.faults
LOG = Action("Log", syslog_level=4, console=True, audit=True)
CUT = Action("Cut", syslog_level=3, console=True, audit=True, reset=True)
RULES, OTHER = policy(tls=LOG, none=CUT), policy(tls=CUT)
CONNECTIONS, KILLS = 2_000, 4
RECORDS = 3 * CONNECTIONS


@pytest.fixture
def records(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Connections that stay up for 20 minutes, begun half a second apart."""
    path = tmp_path / "history.smf"
    with path.open("wb") as dump:
        for number in range(CONNECTIONS):
            one = Connection(number=number + 1, remote_port=1_024 + number)
            begin = number / 2
            dump.write(one.at(1, begin, {"TLS": TLS12}))
            dump.write(one.at(2, begin + 600, {} if number % 3 else {"TLS": TLS11}))
            dump.write(one.at(3, begin + 1_200, {} if number % 3 else {"TLS": TLS11}))
    empty_store()
    pipeline.run(intake.submit_command(path=path, now=timezone.now()).pk)
    yield
    HistoryRun.objects.all().delete()
    empty_store()


def wait_for(run: HistoryRun, at_least: int, within_s: float = 90) -> None:
    """Return when so many records are stored, or the run has ended."""
    until = time.monotonic() + within_s
    while run.records_done < at_least and run.is_live:
        assert time.monotonic() < until, (run.state, run.records_done, run.error)
        time.sleep(0.01)
        run.refresh_from_db()


def test_nothing_is_lost_and_nothing_doubled(
    records: None, process_environment: dict[str, str], tmp_path: Path
) -> None:
    run = made(part(RULES, OTHER))
    handling.send(run.pk)
    seen = []
    for kill in range(KILLS):
        app = "tests.faults.histories.small_parts"
        worker = Worker(tmp_path / f"worker{kill}.log", process_environment, app=app)
        try:
            wait_for(run, RECORDS * (kill + 1) // (KILLS + 2))
        finally:
            worker.kill()
        run.refresh_from_db()
        assert run.state == HistoryRun.State.ACTIVE, "it was over before the kill"
        assert HistoryState.objects.filter(run=run).exists()
        seen.append(run.records_done)
    assert 0 < seen[0] < seen[1] < seen[2] < seen[3] < RECORDS
    worker = Worker(tmp_path / "last.log", process_environment)  # it asks by itself: no beat
    try:
        wait_for(run, RECORDS + 1)
    finally:
        worker.kill()
    assert (run.state, run.error) == (HistoryRun.State.COMPLETE, "")
    whole = done(made(part(RULES, OTHER)))
    assert found(run) == found(whole)
    for name in ("syslog", "console", "audit", "resets"):
        assert file(run, name) == file(whole, name) != b"", name
    assert not HistoryState.objects.exists()
