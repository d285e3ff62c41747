"""Whose turn it is: one run of a watch or a schedule at a time, and when the next one comes.

The lock belongs to the transaction that does the work: a worker that is killed leaves neither the
lock nor half a run, and what was due still is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar

from django.db import connection, transaction
from django.db.models import F

from analyzer.models import ExportSchedule, Trigger, Watch, Why
from analyzer.models.standing.trigger import Standing
from analyzer.standing.clock import When, next_time

Kind = TypeVar("Kind", Watch, ExportSchedule)
_ALIVE: Final = "2s"
"""How often the server looks whether its client is still there."""


@contextmanager
def turn(model: type[Kind], pk: int, *, now: datetime) -> Iterator[Kind | None]:
    """Hold the turn of what is due; None when it is not due, paused, or in other hands."""
    with transaction.atomic():
        yield _due(model, pk, now) if _lock(f"{model.__name__} {pk}") else None


def end_turn(ours: Standing, *, now: datetime) -> None:
    """Say when it is due next; what woke or changed it meanwhile leaves it due."""
    why = Why.IMPORT if ours.trigger == Trigger.IMPORT else Why.CLOCK
    type(ours)._default_manager.filter(pk=ours.pk, wakes=ours.wakes).update(
        next_at=next_time(when_of(ours), after=now), why=why
    )


def wake(ours: Standing, *, now: datetime, why: Why) -> bool:
    """Make it due now; False when it is paused."""
    return bool(
        type(ours)
        ._default_manager.filter(pk=ours.pk, active=True)
        .update(next_at=now, wakes=F("wakes") + 1, why=why)
    )


def when_of(ours: Standing) -> When:
    """The trigger of a watch or a schedule."""
    return When(ours.trigger, ours.at, ours.weekday, ours.zone)


def _due(model: type[Kind], pk: int, now: datetime) -> Kind | None:
    due = model._default_manager.filter(pk=pk, active=True, next_at__lte=now)
    found: Kind | None = due.select_related("query__owner", "owner").first()
    return found


def _lock(name: str) -> bool:
    """Take the lock; PostgreSQL gives it up soon when the worker is killed in a long statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('client_connection_check_interval', %s, true)", [_ALIVE])
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
