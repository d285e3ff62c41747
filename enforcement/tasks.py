"""The worker's side of enforcement. Arguments are ids; the row says what is to be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from enforcement.feeds import expiring
from enforcement.histories import work as history_work
from enforcement.histories.claims import handling as histories
from enforcement.intervals import starting as intervals
from enforcement.intervals import work as interval_work
from enforcement.runs import work
from enforcement.runs.claims import handling as runs
from enforcement.runs.handling import QUEUE

_RETRIED: Any = {
    "autoretry_for": (OperationalError, InterfaceError),
    "retry_backoff": 2,
    "retry_backoff_max": 120,
    "retry_jitter": True,
    "max_retries": 8,
}


def work_on_run(run_id: int) -> None:
    """Work on a run; nothing happens when it is done, canceled or in good hands."""
    _work(run_id, work.run, work.fail_ours)


def work_on_history(run_id: int) -> None:
    """Do the same for an exact run."""
    _work(run_id, history_work.run, history_work.fail_ours)


def work_on_intervals(making_id: int) -> None:
    """Make interval records, unless that is done, canceled or in good hands."""
    _work(making_id, interval_work.run, interval_work.fail_ours)


def _work(run_id: int, run: Callable[[int], bool], fail_ours: Callable[[int, str], None]) -> None:
    try:
        run(run_id)
    except (OperationalError, InterfaceError):
        raise
    except SoftTimeLimitExceeded:
        fail_ours(run_id, "it took longer than the time limit")
    except Exception as error:
        fail_ours(run_id, f"unexpected error: {error!r}")
        raise


@shared_task(name=histories.task, queue=QUEUE, **_RETRIED)
def run_over_records(run_id: int) -> None:
    """An exact run as a task: a lost database is tried again later."""
    work_on_history(run_id)


@shared_task(name=runs.task, queue=QUEUE, **_RETRIED)
def run_over_history(run_id: int) -> None:
    """The same as a task: a lost database is tried again later."""
    work_on_run(run_id)


@shared_task(name=intervals.TASK, queue=QUEUE, **_RETRIED)
def make_intervals(making_id: int) -> None:
    """Interval records as a task: a lost database is tried again later."""
    work_on_intervals(making_id)


@shared_task(name="enforcement.recover_runs", queue=QUEUE)
def recover_runs() -> int:
    """Hand the runs that nobody works on, or takes away, to the workers again."""
    now = timezone.now()
    return runs.recover(now=now) + histories.recover(now=now) + intervals.recover(now=now)


@shared_task(name=runs.removal_task, queue=QUEUE, **_RETRIED)
def delete_run(run_id: int) -> None:
    """Take away what a run found, and the run."""
    runs.remove(run_id)


@shared_task(name=histories.removal_task, queue=QUEUE, **_RETRIED)
def delete_exact_run(run_id: int) -> None:
    """Do the same with an exact run."""
    histories.remove(run_id)


@shared_task(name="enforcement.expire_live", queue=QUEUE)
def expire_live() -> int:
    """Remove what live feeds left behind and nobody needs any more."""
    return expiring.expire(now=timezone.now())
