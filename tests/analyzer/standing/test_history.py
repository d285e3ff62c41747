"""What of the history goes with time, what never does, and runs that end as nobody expects."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import OperationalError

from analyzer import signin, tasks
from analyzer.exports.scheduled import job
from analyzer.models import (
    AuditEntry,
    Delivery,
    ExportRun,
    ExportSchedule,
    SavedQuery,
    Trigger,
    Watch,
    WatchRun,
    WatchSeen,
)
from analyzer.standing import history, schedules, watching
from analyzer.standing.clock import When
from tests.analyzer.standing import given
from tests.analyzer.standing.given import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=100)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def month(settings: Any) -> None:
    settings.HISTORY_DAYS = 30


def run_of(watch: Watch, days: float, state: str = "quiet") -> WatchRun:
    at = LATER - days * DAY
    return WatchRun.objects.create(
        watch=watch, why="import", state=state, started_at=at, finished_at=at
    )


def message(run: WatchRun, state: str = "sent") -> Delivery:
    at = run.started_at
    return Delivery.objects.create(
        watch=run.watch,
        run=run,
        channel="mail",
        target="ops@site.example",
        key=f"00000000-0000-0000-0000-{run.pk:012}",
        tries_left=1,
        made_at=at,
        state=state,
        sent_at=at if state == "sent" else None,
        next_try_at=None if state in {"sent", "given_up"} else at,
    )


def test_old_runs_and_messages_go_and_the_last_run_stays(query: SavedQuery) -> None:
    given.session("10.0.0.1")
    watch, other = given.watch(query), given.watch(query)
    given.run(watch)
    old, kept, last = run_of(watch, 31), run_of(watch, 29), run_of(watch, 1)
    only = run_of(other, 90)
    gone = message(old)
    assert history.expire(now=LATER) == 3  # the ground, the old one, its message
    assert set(WatchRun.objects.all()) == {kept, last, only}
    assert not Delivery.objects.filter(pk=gone.pk).exists()
    assert WatchSeen.objects.filter(watch=watch).count() == 1
    entry = AuditEntry.objects.get(action="history.expire")
    assert (entry.data["messages"], entry.data["runs of watches"]) == (1, 2)
    assert history.expire(now=LATER) == 0
    assert AuditEntry.objects.filter(action="history.expire").count() == 1


@pytest.mark.parametrize("state", ["pending", "sending", "failed"])
def test_a_message_on_its_way_stays_with_its_run(query: SavedQuery, state: str) -> None:
    watch = given.watch(query)
    waiting, given_up = run_of(watch, 60, "news"), run_of(watch, 60, "news")
    run_of(watch, 1)
    message(waiting, state)
    message(given_up, "given_up")
    history.expire(now=LATER)
    assert Delivery.objects.get().run == waiting
    assert WatchRun.objects.filter(pk=waiting.pk).exists()
    assert not WatchRun.objects.filter(pk=given_up.pk).exists()


def test_more_than_a_batch_goes(query: SavedQuery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "BATCH", 2)
    watch = given.watch(query)
    for _ in range(7):
        message(run_of(watch, 60))
    assert history.expire(now=LATER) == 7 + 6


def schedule_of(query: SavedQuery, shelf: Path, *, keep: int = 0) -> ExportSchedule:
    draft = schedules.Draft("Out", When(Trigger.IMPORT), str(shelf), pattern="rows", keep=keep)
    return schedules.make(query=query, draft=draft, by=query.owner, now=NOW)


def test_a_run_whose_file_is_there_stays_and_its_file_is_still_replaced(
    query: SavedQuery, shelf: Path
) -> None:
    schedule = schedule_of(query, shelf)
    assert job.run(schedule.pk, now=NOW)
    ExportRun.objects.create(
        schedule=schedule, why="clock", state="failed", started_at=NOW, finished_at=NOW
    )
    late = ExportRun.objects.create(
        schedule=schedule, why="clock", state="failed", started_at=LATER, finished_at=LATER
    )
    assert history.expire(now=LATER) == 1
    assert list(ExportRun.objects.exclude(pk=late.pk).values_list("state", flat=True)) == ["done"]
    ExportSchedule.objects.update(next_at=LATER)
    assert job.run(schedule.pk, now=LATER)
    assert ExportRun.objects.latest("pk").state == "done"
    assert history.expire(now=LATER) == 1  # the first file is replaced by now


def test_a_sign_in_that_has_ended_goes_and_others_stay() -> None:
    for days in (-1, 1):
        store = SessionStore()
        store.create()
        Session.objects.filter(pk=store.session_key).update(expire_date=NOW + days * DAY)
    assert signin.forget_ended(now=NOW) == 1
    assert Session.objects.get().expire_date > NOW


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("nobody expects it")


def test_a_watch_that_fails_unexpectedly_says_so_and_is_not_begun_again(
    query: SavedQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = given.watch(query)
    monkeypatch.setattr(watching, "_note", broken)
    with pytest.raises(ZeroDivisionError):
        tasks.work_on_watch(watch.pk)
    run = WatchRun.objects.get()
    assert (run.state, "nobody expects it" in run.error) == ("failed", True)
    watch.refresh_from_db()
    assert watch.next_at is None  # until the next import
    tasks.work_on_watch(watch.pk)
    assert WatchRun.objects.count() == 1


def test_an_export_that_fails_unexpectedly_says_so_and_is_not_begun_again(
    query: SavedQuery, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = schedule_of(query, shelf)
    monkeypatch.setattr(job, "table_of", broken)
    with pytest.raises(ZeroDivisionError):
        tasks.work_on_schedule(schedule.pk)
    run = ExportRun.objects.get()
    assert (run.state, "nobody expects it" in run.error) == ("failed", True)
    tasks.work_on_schedule(schedule.pk)
    assert ExportRun.objects.count() == 1


def test_with_a_database_that_is_lost_it_stays_due(
    query: SavedQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise OperationalError("the connection is lost")

    watch = given.watch(query)
    monkeypatch.setattr(watching, "_note", lost)
    with pytest.raises(OperationalError):
        tasks.work_on_watch(watch.pk)
    watch.refresh_from_db()
    assert watch.next_at is not None
    assert not WatchRun.objects.exists()
