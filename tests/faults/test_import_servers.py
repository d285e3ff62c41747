"""PostgreSQL or Valkey go down under a working worker: the import ends as if they had not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.ingesting import make_dump
from tests.faults.own_servers import OwnServers
from tests.faults.workers import Worker

pytestmark = pytest.mark.faults
SESSIONS, INTERVALS = 2_000, 30
APP = "tests.faults.small_batches"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServers]:
    started = OwnServers(tmp_path_factory.mktemp("own") / "v")
    yield started
    started.end()


@pytest.fixture
def new_worker(servers: OwnServers, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Start a worker; all of them are gone after the test."""
    started: list[Worker] = []

    def start() -> Worker:
        log = tmp_path / f"worker{len(started)}.log"
        started.append(Worker(log, servers.environment, app=APP, processes=2))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / "site.smf"
    make_dump(path, sessions=SESSIONS, intervals=INTERVALS)
    return path


@pytest.fixture(scope="module")
def calm(servers: OwnServers, dump: Path) -> list[object]:
    """What an import leaves that nothing disturbs."""
    servers.run("manage.py", "ingest", str(dump))
    found = servers.outcome()
    assert found[:2] == ["complete", SESSIONS * INTERVALS]
    return found


def test_an_import_goes_on_after_postgresql_has_come_back(
    servers: OwnServers, calm: list[object], new_worker: Callable[[], Worker], dump: Path
) -> None:
    worker = new_worker()
    servers.empty()
    servers.import_detached(dump)
    servers.wait_for_batches()
    servers.kill_database()
    servers.wait_for_end()
    assert servers.outcome() == calm
    assert worker.process.poll() is None


def test_an_import_ends_without_valkey_and_workers_take_the_next_one_when_it_is_back(
    servers: OwnServers, calm: list[object], new_worker: Callable[[], Worker], dump: Path
) -> None:
    worker = new_worker()
    servers.empty()
    servers.import_detached(dump)
    servers.wait_for_batches()
    servers.kill_broker()
    servers.wait_for_end()
    assert servers.outcome() == calm
    # Celery ends a worker that had a task at work; whoever runs it starts it again.
    worker.process.wait(60)
    new_worker()
    servers.empty()
    servers.import_detached(dump)
    servers.wait_for_end()
    assert servers.outcome() == calm
