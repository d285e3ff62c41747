"""Letting workers make interval records, and stopping them; audit entries say by whom."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import connection, transaction

from analyzer import audit
from analyzer.ingest.broker import hand_over
from analyzer.ingest.jobs import Claims
from enforcement.intervals.errors import MakingError
from enforcement.intervals.planning import Asked, bounds, days_words, plan
from enforcement.models import Making
from enforcement.runs.handling import QUEUE

TASK: Final = "enforcement.make_intervals"
claims: Final = Claims(Making)
_ONE_AT_A_TIME: Final = "zertify.intervals"


@transaction.atomic
def start(
    *, asked: Asked, by: audit.Actor, now: datetime, limit_s: float, detach: bool = True
) -> Making:
    """Let the intervals that `planning.plan` names be made; the plan is kept as it is now.

    Only when `detach`ed the workers get it. Raises MakingError and OutOfTimeError.
    """
    alone()
    planned = plan(asked, limit_s=limit_s)
    if not planned.made:
        said = "; ".join(f"{one.name}, {one.words}: {one.refused}" for one in planned.refused[:5])
        raise MakingError(said or "the store has no connection records of these stacks and days")
    first, until = bounds(asked.recording, (day for one in planned.made for day in one.days))
    known = by is not None and by.is_authenticated
    made = Making.objects.create(
        days=planned.days,
        first=first,
        until=until,
        interval_min=asked.recording.minutes,
        sync_min=asked.recording.sync_min,
        records_total=planned.records,
        started_by_id=by.pk if known and by is not None else None,
        started_by_name=by.get_username() if known and by is not None else audit.COMMAND_LINE,
        submitted_at=now,
    )
    stacks = {one.name: one.words for one in planned.made}
    record("start", made, by=by, now=now, stacks=stacks)
    if detach:
        transaction.on_commit(partial(send, made.pk))
    return made


@transaction.atomic
def cancel(*, making: Making, by: audit.Actor, now: datetime) -> bool:
    """Stop it at once; nothing is imported. False when it had ended already."""
    canceled = claims.cancel(making.pk, now=now)
    if canceled:
        record("cancel", making, by=by, now=now)
    return canceled


def send(making_id: int) -> None:
    """Hand it to the workers now."""
    hand_over(TASK, making_id, queue=QUEUE)


def recover(*, now: datetime) -> int:
    """Hand over again what nobody works on; return how many that are."""
    orphans = claims.orphans(now=now)
    for making_id in orphans:
        send(making_id)
    return len(orphans)


def alone() -> None:
    """Let nobody else decide what is made until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_ONE_AT_A_TIME])


def record(action: str, making: Making, *, by: audit.Actor, now: datetime, **data: Any) -> None:
    """Write down who did what; what it is about stands in it in words."""
    said = {"making": making.pk, "days": words_of(making), "interval_min": making.interval_min}
    said |= {"sync_min": making.sync_min, **data}
    target = f"interval records made of connection records, {words_of(making)}"
    audit.record(by=by, action=f"intervals.{action}", target=target, now=now, data=said)


def words_of(making: Making) -> str:
    """Return the days of a making."""
    return days_words({day for own in making.days_by_stack.values() for day in own})
