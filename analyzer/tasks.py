"""The worker's side of imports and of what runs by itself.

Arguments are ids; the row says what is to be done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from analyzer import signin
from analyzer.exports.pack import work as packing
from analyzer.exports.scheduled import job as scheduled
from analyzer.ingest import blocks, pipeline, waiting, waking
from analyzer.packs import orders
from analyzer.pruning import submit
from analyzer.pruning import work as pruning
from analyzer.queries.standing import due
from analyzer.renewal import finish
from analyzer.standing import deliveries, history, watching
from analyzer.standing.sending import sender
from analyzer.watching.look import look

SEND_LIMIT_S = 60
"""One attempt to deliver a message."""


_LOST: Final = (OperationalError, InterfaceError)
"""The database is gone for a while."""
_TRIED_AGAIN: Final[dict[str, Any]] = {
    "autoretry_for": _LOST,
    "retry_backoff": 2,
    "retry_backoff_max": 120,
    "retry_jitter": True,
    "max_retries": 8,
}


@contextmanager
def _ending(fail_ours: Callable[[int, str], object], number: int, *, late: str) -> Iterator[None]:
    """Write down why work on a row ends early: `late`, or what nobody expected.

    A lost database is neither: that is tried again.
    """
    try:
        yield
    except _LOST:
        raise
    except SoftTimeLimitExceeded:
        fail_ours(number, late)
    except Exception as error:
        fail_ours(number, f"unexpected error: {error!r}")
        raise


def work_on_import(import_id: int) -> None:
    """Work on an import; nothing happens when it is done, canceled or in good hands."""
    late = "the import took longer than the time limit"
    with _ending(pipeline.fail_ours, import_id, late=late):
        pipeline.run(import_id)
        finish(import_id=import_id, now=timezone.now())


@shared_task(name=waiting.TASK, queue=waiting.QUEUE, **_TRIED_AGAIN)
def run_import(import_id: int) -> None:
    """The same as a task: a lost database is tried again later."""
    work_on_import(import_id)


@shared_task(name="analyzer.recover_imports", queue="default")
def recover_imports() -> int:
    """Hand imports and prunes that nobody works on to the workers again."""
    now = timezone.now()
    return waiting.recover(now=now) + submit.recover(now=now)


@shared_task(name=submit.TASK, queue=waiting.QUEUE, **_TRIED_AGAIN)
def run_prune(prune_id: int) -> None:
    """Work on a prune; nothing happens when it is done, canceled or in good hands."""
    late = "the prune took longer than the time limit; prune again to go on"
    with _ending(pruning.fail_ours, prune_id, late=late):
        pruning.run(prune_id)


@shared_task(name="analyzer.retain", queue="default")
def retain() -> int | None:
    """Hand out the prune that retention asks for today."""
    prune = submit.retain(now=timezone.now())
    return prune.pk if prune else None


@shared_task(name="analyzer.look", queue="default")
def look_into_watch_folders() -> int:
    """Import the dumps that have landed."""
    return look(now=timezone.now())


@shared_task(name="analyzer.make_blocks", queue="default")
def make_blocks() -> int:
    """Make the roll-ups that an import left undone; while one is at work they wait for its end."""
    return blocks.build_if_idle()


@shared_task(name=orders.TASK, queue=orders.QUEUE, **_TRIED_AGAIN)
def make_pack(pack_id: int) -> None:
    """Work on an audit pack; a lost database is tried again later."""
    late = "the pack took longer than the time limit"
    with _ending(packing.fail_ours, pack_id, late=late):
        packing.run(pack_id)


@shared_task(name="analyzer.recover_packs", queue="default")
def recover_packs() -> int:
    """Hand audit packs that nobody works on to the workers again."""
    return orders.recover(now=timezone.now())


@shared_task(name="analyzer.expire_packs", queue="default")
def expire_packs() -> int:
    """Drop the files of audit packs whose time is over."""
    return orders.expire(now=timezone.now())


@shared_task(name="analyzer.expire_history", queue="default")
def expire_history() -> int:
    """Drop runs and messages that are too old, and sign-ins that have ended."""
    now = timezone.now()
    return history.expire(now=now) + signin.forget_ended(now=now)


@shared_task(name=waking.TASK, queue=waking.QUEUE)
def start_standing() -> None:
    """Hand over what is due: watches, exports, deliveries; a second time does nothing."""
    now = timezone.now()
    for task, ids in (
        (run_watch, due.watches(now=now)),
        (run_scheduled_export, due.exports(now=now)),
        (send_delivery, due.deliveries(now=now)),
    ):
        for number in ids:
            task.delay(number)


def work_on_watch(watch_id: int) -> None:
    """Run a watch if it is due; with a database that is lost it stays due."""
    try:
        watching.run(watch_id, now=timezone.now())
    except (OperationalError, InterfaceError):
        raise
    except SoftTimeLimitExceeded:
        watching.fail(watch_id, "the run took longer than the time limit", now=timezone.now())
    except Exception as error:
        watching.fail(watch_id, f"unexpected error: {error!r}", now=timezone.now())
        raise


@shared_task(name="analyzer.run_watch", queue=waking.QUEUE)
def run_watch(watch_id: int) -> None:
    """The same as a task."""
    work_on_watch(watch_id)


def work_on_schedule(schedule_id: int) -> None:
    """Write the file of a schedule if it is due; with a database that is lost it stays due."""
    try:
        scheduled.run(schedule_id, now=timezone.now())
    except (OperationalError, InterfaceError):
        raise
    except SoftTimeLimitExceeded:
        why = "the export took longer than the time limit"
        scheduled.fail(schedule_id, why, now=timezone.now())
    except Exception as error:
        scheduled.fail(schedule_id, f"unexpected error: {error!r}", now=timezone.now())
        raise


@shared_task(name="analyzer.run_scheduled_export", queue=waking.QUEUE)
def run_scheduled_export(schedule_id: int) -> None:
    """The same as a task."""
    work_on_schedule(schedule_id)


@shared_task(
    name=deliveries.TASK,
    queue=waking.QUEUE,
    soft_time_limit=SEND_LIMIT_S,
    time_limit=SEND_LIMIT_S + 30,
)
def send_delivery(delivery_id: int) -> None:
    """Try a delivery once if it is due."""
    try:
        sender.send(delivery_id)
    except SoftTimeLimitExceeded:
        sender.too_slow(delivery_id)
