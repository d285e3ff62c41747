"""A worker that is killed while it makes an audit pack: the pack is made all the same."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from analyzer.exports.pack import work
from analyzer.ingest import intake, pipeline
from analyzer.models import AuditPack
from analyzer.packs import orders, places
from analyzer.queries.filters import Filters
from tests.analyzer.ingest.conftest import empty_store
from tests.builders.site_dumps import write_dump
from tests.faults.workers import Worker

pytestmark = pytest.mark.faults


@pytest.fixture
def pack(transactional_db: None, tmp_path: Path) -> Iterator[AuditPack]:
    """A pack that takes some seconds, ordered."""
    dump = tmp_path / "site.smf"
    write_dump(dump, sessions=5_000, intervals=1, first=date(2026, 3, 1))
    empty_store()
    pipeline.run(intake.submit_command(path=dump, now=timezone.now()).pk)
    user = User.objects.create(username="kim")
    everything = Filters.everything()
    wanted = orders.Wanted("All", everything, everything)
    yield orders.order(wanted=wanted, by=user, now=timezone.now())
    AuditPack.objects.all().delete()


def wait_for(pack: AuditPack, ready: Callable[[AuditPack], bool], timeout_s: float = 90) -> None:
    until = time.monotonic() + timeout_s
    while True:
        pack.refresh_from_db()
        if ready(pack):
            return
        assert time.monotonic() < until, (pack.state, pack.error)
        time.sleep(0.01)


@contextmanager
def switches_locked() -> Iterator[None]:
    """Nobody reads what was switched inside."""
    place = connection.settings_dict
    with psycopg.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], dbname=place["NAME"]
    ) as other:
        other.execute("LOCK TABLE analyzer_coverageevent IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def test_the_next_worker_makes_the_same_pack_and_nothing_of_the_half_stays(
    pack: AuditPack, process_environment: dict[str, str], tmp_path: Path
) -> None:
    directory = Path(process_environment["ZERTIFY_VAR"]) / "packs"
    orders.send(pack.pk)
    with switches_locked():  # the sessions are written, and it waits for what comes after them
        worker = Worker(tmp_path / "before.log", process_environment)
        try:
            wait_for(pack, lambda found: found.step == "switches.csv" and found.bytes_done > 10_000)
        finally:
            worker.kill()
    pack.refresh_from_db()
    assert pack.state == AuditPack.State.ACTIVE
    assert list(directory.glob(f".{pack.pk}-*.part"))
    worker = Worker(tmp_path / "after.log", process_environment)  # it asks by itself: no beat
    try:
        wait_for(pack, lambda found: found.finished_at is not None)
    finally:
        worker.kill()
    assert (pack.state, pack.attempts) == (AuditPack.State.COMPLETE, 2)
    assert [path.name for path in directory.iterdir() if str(pack.pk) in path.name] == [
        f"{pack.pk}.zip"
    ]
    found = (directory / f"{pack.pk}.zip").read_bytes()
    assert hashlib.sha256(found).hexdigest() == pack.sha256
    calm = AuditPack.objects.get(pk=pack.pk)
    calm.pk = None
    calm.state, calm.sha256, calm.finished_at = AuditPack.State.PENDING, "", None
    calm.expires_at, calm.worker = None, ""
    calm.save()
    assert work.run(calm.pk)
    assert places.place(calm.pk).read_bytes() == found
