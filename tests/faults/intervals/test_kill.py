"""Workers that are killed while they make interval records: made once, and imported once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from analyzer.ingest import intake, pipeline
from analyzer.models import Import
from enforcement.aggregation.recording import Recording
from enforcement.intervals import starting
from enforcement.intervals.planning import Asked
from enforcement.models import Making
from tests.analyzer.ingest.conftest import empty_store
from tests.builders.enforcement.records import TLS11, TLS12, Connection
from tests.faults.workers import Worker
from tests.histories.intervals.given import totals

pytestmark = pytest.mark.faults
CONNECTIONS, KILLS = 2_000, 3
RECORDS = 3 * CONNECTIONS


@pytest.fixture
def records(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Connections that stay up for 20 minutes and change their protection, of many clients."""
    path = tmp_path / "history.smf"
    with path.open("wb") as dump:
        for number in range(CONNECTIONS):
            client = f"10.9.{number // 250}.{number % 250}"
            one = Connection(number=number + 1, remote_ip=client)
            begin = number / 2
            dump.write(one.at(1, begin, {"TLS": TLS12}, in_bytes=1))
            dump.write(one.at(2, begin + 600, {"TLS": TLS11}, in_bytes=10))
            dump.write(one.at(3, begin + 1_200, {"TLS": TLS11}, in_bytes=100))
    empty_store()
    pipeline.run(intake.submit_command(path=path, now=timezone.now()).pk)
    yield
    empty_store()


def wait_for(making: Making, at_least: int, within_s: float = 90) -> None:
    """Return when so many records are taken, or it has ended."""
    until = time.monotonic() + within_s
    while making.records_done < at_least and making.is_live:
        assert time.monotonic() < until, (making.state, making.records_done, making.error)
        time.sleep(0.005)
        making.refresh_from_db()


def test_nothing_is_lost_and_nothing_doubled(
    records: None, process_environment: dict[str, str], tmp_path: Path
) -> None:
    asked = Asked(Recording(5))
    making = starting.start(asked=asked, by=None, now=timezone.now(), limit_s=60)
    for kill in range(KILLS):
        app = "tests.faults.intervals.small_parts"
        worker = Worker(tmp_path / f"worker{kill}.log", process_environment, app=app)
        try:
            Making.objects.filter(pk=making.pk).update(records_done=0)
            making.refresh_from_db()
            wait_for(making, RECORDS // 2)
        finally:
            worker.kill()
        making.refresh_from_db()
        assert making.state == Making.State.ACTIVE, "it was over before the kill"
        assert Import.objects.count() == 1
    worker = Worker(tmp_path / "last.log", process_environment)  # it asks by itself: no beat
    try:
        wait_for(making, RECORDS + 1)
    finally:
        worker.kill()
    assert (making.state, making.error, making.attempts) == ("complete", "", KILLS + 1)
    assert Import.objects.count() == 2
    made = Import.objects.get(pk=making.imported_id)
    pipeline.run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.added, made.duplicate) == ("complete", making.intervals, 0)
    found = totals()
    assert (found["connections"], found["partial"]) == (2 * CONNECTIONS, 2 * CONNECTIONS)
    assert found["in_bytes"] == 100 * CONNECTIONS
