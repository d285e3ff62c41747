"""Signs of life while the work takes long, and what the work learns of its claim."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from analyzer.ingest import claims, intake, pipeline
from analyzer.ingest.errors import NotOursError
from analyzer.ingest.heartbeat import Heartbeat
from analyzer.models import Activity, Import
from tests.analyzer.ingest.conftest import SAMPLES
from tests.builders.golden import load_golden

SITE = SAMPLES / "site-vbs.smf"
LOAD_LOCK = 1_193_002
WAITS_S = 30
LONG_AGO = timedelta(seconds=claims.STALE_AFTER_S - 1)
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
OTHERS = """
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def submitted(path: Path = SITE) -> Import:
    return intake.submit_command(path=path, now=timezone.now())


def ask(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])


def wait_until(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WAITS_S
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.02)


class Work(threading.Thread):
    """An import in a thread, as it is in a worker; `error` is what came out."""

    def __init__(self, imported: Import) -> None:
        super().__init__()
        self.import_id = imported.pk
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            pipeline.run(self.import_id)
        except BaseException as error:  # noqa: BLE001  # looked at by the test
            self.error = error
        finally:
            connection.close()

    def wait(self) -> None:
        self.join(WAITS_S)
        assert not self.is_alive(), "the work does not end"


@contextmanager
def another_batch_at_work() -> Iterator[None]:
    """As if another worker's batch took its time: ours waits for it before it writes."""
    ask(f"SELECT 1 FROM pg_advisory_lock({LOAD_LOCK})")
    try:
        yield
    finally:
        ask(f"SELECT 1 FROM pg_advisory_unlock({LOAD_LOCK})")


def last_beat(imported: Import) -> datetime:
    imported.refresh_from_db()
    assert imported.heartbeat_at is not None
    return imported.heartbeat_at


def age(imported: Import) -> datetime:
    """Let the last sign of life be so old that the claim is about to run out."""
    old = timezone.now() - LONG_AGO
    Import.objects.filter(pk=imported.pk).update(heartbeat_at=old)
    return old


def wait_for_beat(imported: Import) -> None:
    old = age(imported)
    wait_until(lambda: last_beat(imported) > old, "no sign of life")


def test_a_batch_that_takes_longer_than_the_lease_keeps_its_claim(store: None) -> None:
    imported = submitted()
    with another_batch_at_work():
        work = Work(imported)
        work.start()
        wait_until(lambda: ask(WAITING) == 1, "no batch waits")
        wait_for_beat(imported)
        wait_for_beat(imported)
        assert imported.records_done == 0
    work.wait()
    imported.refresh_from_db()
    assert (imported.state, work.error) == (Import.State.COMPLETE, None)


def test_a_batch_whose_claim_another_worker_took_meanwhile_is_not_stored(store: None) -> None:
    imported = submitted()
    with another_batch_at_work():
        work = Work(imported)
        work.start()
        wait_until(lambda: ask(WAITING) == 1, "no batch waits")
        Import.objects.update(worker="another-host/1/1/x")
        old = age(imported)
    work.wait()
    assert work.error is None
    assert not Activity.objects.exists()
    assert last_beat(imported) == old  # nothing is written in the other's name
    assert (imported.state, imported.worker) == (Import.State.ACTIVE, "another-host/1/1/x")


def test_a_lost_connection_of_the_sign_alone_does_not_end_the_import(store: None) -> None:
    imported = claims.claim(import_id=submitted().pk, now=timezone.now())
    assert imported is not None
    with Heartbeat(imported) as heartbeat:
        wait_for_beat(imported)
        assert ask(f"SELECT count(pg_terminate_backend(pid)) {OTHERS}") > 0
        wait_for_beat(imported)  # by a new connection
        heartbeat.check()
    wait_until(lambda: not ask(f"SELECT count(*) {OTHERS}"), "a connection is left")


def test_a_cancel_is_known_while_nothing_is_written(store: None) -> None:
    imported = claims.claim(import_id=submitted().pk, now=timezone.now())
    assert imported is not None
    with Heartbeat(imported) as heartbeat:
        heartbeat.check()
        intake.cancel(imported=imported, by=None, now=timezone.now())
        wait_until(lambda: is_lost(heartbeat), "the cancel is not seen")


def is_lost(heartbeat: Heartbeat) -> bool:
    try:
        heartbeat.check()
    except NotOursError:
        return True
    return False


@pytest.fixture
def far_into_a_gzip(store: None, tmp_path: Path) -> Import:
    """An import that goes on 100 GB into what a small file unpacks to: minutes of the way."""
    dump = tmp_path / "dump.smf.gz"
    zeros = gzip.compress(bytes(256 << 20), 1)
    with dump.open("wb") as out:
        out.write(gzip.compress(load_golden("s12_none")))
        for _ in range(400):
            out.write(zeros)
    imported = submitted(dump)
    Import.objects.update(position={"offset": 400 << 28, "record_number": 1})
    return imported


def test_a_cancel_on_the_way_to_the_last_place_frees_the_worker(far_into_a_gzip: Import) -> None:
    work = Work(far_into_a_gzip)
    work.start()
    wait_until(lambda: state_of(far_into_a_gzip) == Import.State.ACTIVE, "it does not start")
    wait_for_beat(far_into_a_gzip)
    assert far_into_a_gzip.framing == ""  # still on the way
    intake.cancel(imported=far_into_a_gzip, by=None, now=timezone.now())
    work.wait()
    assert work.error is None
    assert state_of(far_into_a_gzip) == Import.State.CANCELED


def state_of(imported: Import) -> str:
    imported.refresh_from_db()
    return imported.state
