"""A worker killed in a run, between sending and marking, and while it writes a file."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from analyzer.exports.scheduled import job
from analyzer.models import Delivery, ExportRun, SavedQuery, Trigger, WatchRun, WatchSeen
from analyzer.standing import schedules, watching
from analyzer.standing.clock import When
from tests.analyzer.ingest.conftest import empty_store
from tests.analyzer.standing import given
from tests.builders.saved_queries import save
from tests.faults.ingesting import ROOT
from tests.faults.workers import Worker

pytestmark = pytest.mark.faults
SLOW_RUN = """
import sys, django
django.setup()
from django.utils import timezone
from analyzer.queries.standing import found
from analyzer.queries.terms.term import Clause
from analyzer.standing import watching
real = found.keys_of
def slow(*given, **more):
    keys = real(*given, **more)
    return Clause(f"SELECT k.key FROM ({keys.sql}) k, pg_sleep(60)", keys.params)
found.keys_of = slow
print("ready", flush=True)
watching.run(int(sys.argv[1]), now=timezone.now())
"""
SLOW_FILE = """
import os, sys, time, django
django.setup()
from django.utils import timezone
from analyzer.exports.scheduled import job
os.fsync = lambda handle: time.sleep(60)
print("ready", flush=True)
job.run(int(sys.argv[1]), now=timezone.now())
"""


@pytest.fixture
def query(transactional_db: None, person: Callable[[str], User]) -> Iterator[SavedQuery]:
    empty_store()
    yield save(person("analyst"), "Unprotected", "protocol=NONE&days=all")
    empty_store()


def start(code: str, number: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(number)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    return process


def wait(ready: Callable[[], bool], what: str, within_s: float = 60) -> None:
    until = time.monotonic() + within_s
    while not ready():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def somebody_holds_a_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        return bool(cursor.fetchone()[0])


def test_a_message_whose_worker_is_killed_before_it_is_marked_comes_again_under_its_key(
    query: SavedQuery,
    process_environment: dict[str, str],
    tmp_path: Path,
    settings: Any,
) -> None:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_HTTP = ["127.0.0.1"], True
    workers: list[Worker] = []

    def kill(handler: Any) -> None:
        workers[0].kill()
        handler.close_connection = True

    with given.receiver(kill) as heard:
        environment = {
            **process_environment,
            "ZERTIFY_WEBHOOK_HOSTS": f"127.0.0.1:{heard.port}",
            "ZERTIFY_WEBHOOK_HTTP": "on",
        }
        watch = given.watch(query, webhook=heard.url, alarm_on_first=True)
        given.session("10.0.0.1")
        workers.append(Worker(tmp_path / "before.log", environment))
        wait(lambda: workers[0].process.poll() is not None, "the message never came")
        (one,) = given.deliveries(watch)
        assert (one.state, one.attempts) == ("sending", 1)
        after = Worker(tmp_path / "after.log", environment)  # nobody but it: no beat
        try:
            wait(lambda: Delivery.objects.get().state == "sent", "it is not sent")
            time.sleep(1)
        finally:
            after.kill()
    assert heard.keys == [str(one.key)] * 2
    assert len({body for _, body in heard.requests}) == 1
    assert Delivery.objects.get().attempts == 2
    assert WatchRun.objects.count() == 1


def test_a_run_that_is_killed_leaves_nothing_and_the_watch_due(
    query: SavedQuery, process_environment: dict[str, str]
) -> None:
    watch = given.watch(query, mail_to=[], alarm_on_first=True)
    given.session("10.0.0.1")
    process = start(SLOW_RUN, watch.pk, process_environment)
    wait(somebody_holds_a_turn, "the run never began")
    assert watching.run(watch.pk, now=timezone.now()) is None  # one run at a time
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait(lambda: not somebody_holds_a_turn(), "the turn stays taken", within_s=20)
    assert not WatchRun.objects.exists()
    assert not WatchSeen.objects.exists()
    done = watching.run(watch.pk, now=timezone.now())
    assert done
    assert (done.state, done.fresh) == ("news", 1)


def test_a_file_whose_worker_is_killed_is_written_again_and_never_half(
    query: SavedQuery, process_environment: dict[str, str], tmp_path: Path, settings: Any
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    settings.EXPORT_ROOTS = [shelf]
    given.session("10.0.0.1")
    draft = schedules.Draft("Out", When(Trigger.IMPORT), str(shelf), pattern="out")
    one = schedules.make(query=query, draft=draft, by=query.owner, now=timezone.now())
    environment = {**process_environment, "ZERTIFY_EXPORT_ROOTS": str(shelf)}
    process = start(SLOW_FILE, one.pk, environment)
    wait(lambda: any(shelf.iterdir()), "nothing is written")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait(lambda: not somebody_holds_a_turn(), "the turn stays taken")
    assert not [path for path in shelf.iterdir() if not path.name.startswith(".zertify-")]
    assert job.run(one.pk, now=timezone.now())
    assert sorted(path.name for path in shelf.iterdir()) == ["out.csv", "out.csv.sha256"]
    digest = hashlib.sha256((shelf / "out.csv").read_bytes()).hexdigest()
    assert (shelf / "out.csv.sha256").read_text().startswith(digest)
    assert ExportRun.objects.get().sha256 == digest
