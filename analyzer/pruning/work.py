"""A prune from its claim to its end: day by day, then what nothing refers to any more.

Each step removes whole local days in one transaction, with its counts: a worker that is killed
anywhere is followed by one that goes on, and a cancel leaves whole days.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from analyzer.ingest.errors import NotOursError
from analyzer.ingest.load.partitions import Span
from analyzer.ingest.load.removal import Chosen, Removed, forget_switches, locked, remove
from analyzer.models import Prune, Stack, StackDay
from analyzer.pruning.claims import CLAIMS
from analyzer.pruning.leftovers import sweep
from analyzer.queries.data import plan, stored_days

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_TRIES = 5  # to drop a partition that reports are reading; then its rows are deleted
_PAUSE_S = 2.0

Progress = Callable[[Prune], None]
log = structlog.get_logger(__name__)


def run(prune_id: int, *, progress: Progress | None = None) -> bool:
    """Work on a prune if it is free; False when it is not. Ends in a state, or raises."""
    prune = CLAIMS.claim(prune_id, now=timezone.now())
    if prune is None:
        return False
    log.info("prune.started", prune_id=prune_id, attempts=prune.attempts)
    try:
        _run(prune, progress or (lambda done: None))
    except NotOursError:
        log.info("prune.released", prune_id=prune_id)
    except (OperationalError, InterfaceError) as error:
        connection.close()
        CLAIMS.hand_back(prune, error=str(error))
        raise
    else:
        log.info("prune.ended", prune_id=prune_id)
    return True


def fail_ours(prune_id: int, error: str) -> None:
    """End a prune that stopped as failed, unless somebody else has it."""
    prune = Prune.objects.filter(pk=prune_id, state=Prune.State.ACTIVE).first()
    if prune is not None and CLAIMS.is_abandoned(prune, timezone.now()):
        CLAIMS.fail(prune, error=error, now=timezone.now())


def _run(prune: Prune, progress: Progress) -> None:
    if prune.attempts > CLAIMS.MAX_ATTEMPTS:
        error = f"its worker was lost {CLAIMS.MAX_ATTEMPTS} times at the same day: {prune.error}"
        CLAIMS.fail(prune, error=error, now=timezone.now())
        return
    parts = plan.read(prune.plan)
    stacks = _stacks(parts)
    days = stored_days.days_of({pk: (one.first, one.last) for pk, one in stacks.items()})
    CLAIMS.advance(prune, now=timezone.now(), days_planned=prune.days_done + len(days))
    for span in _steps(days, lambda day: _is_whole(day, stacks)):
        _take(prune, span, stacks)
        prune.refresh_from_db()
        progress(prune)
    with locked() as cursor:
        for pk, part in stacks.items():
            forget_switches(cursor, [pk], part.first, part.last)
        CLAIMS.advance(prune, now=timezone.now())
    sweep(prune)
    CLAIMS.complete(prune, now=timezone.now())


def _stacks(parts: plan.Plan) -> dict[int, plan.Part]:
    """What goes of each stack."""
    by_system = {part.system: part for part in parts}
    stacks = Stack.objects.filter(settings__in=by_system).values_list("pk", "settings_id")
    return {pk: by_system[system] for pk, system in stacks}


def _steps(days: Sequence[date], is_whole: Callable[[date], bool]) -> Iterator[Span]:
    """Months of which everything goes as one step each, else day by day."""
    left = list(days)
    while left:
        first = left[0].replace(day=1)
        end = (first + timedelta(days=31)).replace(day=1)
        month = [day for day in left if day < end]
        stored = stored_days.stored_in(first, end)
        if set(stored) <= set(month) and all(map(is_whole, stored)):
            yield Span(first, end)
        else:
            yield from (Span(day, day + timedelta(days=1)) for day in month)
        left = left[len(month) :]


def _take(prune: Prune, span: Span, stacks: dict[int, plan.Part]) -> None:
    """One step; a partition that is read without end is emptied instead of dropped."""
    for tried in range(_TRIES + 1):
        try:
            _step(prune, span, stacks, drop=tried < _TRIES)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            CLAIMS.advance(prune, now=timezone.now())
            time.sleep(_PAUSE_S)
        else:
            return


def _step(prune: Prune, span: Span, stacks: dict[int, plan.Part], *, drop: bool) -> None:
    with locked() as cursor:
        # Looked at again under the lock: an import may have brought a stack or a day meanwhile.
        stored = stored_days.stored_in(span.first, span.end)
        days = [day for day in stored if any(part.has(day) for part in stacks.values())]
        if days == stored and all(_is_whole(day, stacks) for day in stored):
            removed = remove(cursor, span, Chosen(), drop=drop)
        else:
            removed = _remove_days(cursor, days, stacks)
        counts = asdict(removed)
        counts["removals"] = counts.pop("dropped")
        CLAIMS.add(prune, now=timezone.now(), days_done=len(days), **counts)


def _remove_days(
    cursor: CursorWrapper, days: Sequence[date], stacks: dict[int, plan.Part]
) -> Removed:
    """Of each day what goes of it, rows of the others stay."""
    found = Removed()
    for day in days:
        going = [pk for pk, part in stacks.items() if part.has(day)]
        span = Span(day, day + timedelta(days=1))
        removed = remove(cursor, span, Chosen(stacks=going))
        found = Removed(
            found.intervals + removed.intervals, found.connections + removed.connections
        )
    return found


def _is_whole(day: date, stacks: dict[int, plan.Part]) -> bool:
    """True when all stacks that have records of the day lose them."""
    going = {pk for pk, part in stacks.items() if part.has(day)}
    if set(Stack.objects.values_list("pk", flat=True)) <= going:
        return True
    with_intervals = StackDay.objects.filter(day=day).values_list("stack_id", flat=True)
    return set(with_intervals) <= going and not stored_days.has_connections_of_others(day, going)
