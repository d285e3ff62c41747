"""A worker's side of an exact run: claim, take the records in their order, keep what is found.

What was found, the engines' memory and the place in the records are stored in one transaction,
every few seconds. Whoever takes the run up after a kill goes on there: nothing twice, nothing lost.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from analyzer import history
from analyzer.history import Part, Window
from analyzer.ingest import workers
from analyzer.ingest.errors import NotOursError
from analyzer.ingest.heartbeat import Pulse
from enforcement.engine.choices import settings_from
from enforcement.histories.claims import claims
from enforcement.histories.gathering import Gathering
from enforcement.histories.reading import READ_LIMIT_S, Ahead, Switches
from enforcement.histories.shares import Share
from enforcement.histories.storing import Memory, recalled, store
from enforcement.histories.unmet import counted
from enforcement.models import HistoryRun, HistoryState
from web.budget import OutOfTimeError

EVERY_S: Final = 4.0
MOST_ROWS: Final = 50_000
"""Rows of single connections that wait for the store at most, beside those of one part."""
_LOST: Final = f"the worker was lost {claims.MAX_ATTEMPTS} times while it was at the run"

log = structlog.get_logger(__name__)


def run(run_id: int) -> bool:
    """Work on a run if it is free; False when it is not. Ends in a state, or raises.

    `OperationalError` comes out: the caller may try again.
    """
    found = claims.claim(run_id, now=timezone.now())
    if found is None:
        return False
    try:
        if found.attempts > claims.MAX_ATTEMPTS:
            _fail(found, _LOST)
        else:
            _run(found)
    except NotOursError:
        log.info("history.released", run_id=run_id)
    except OutOfTimeError as error:
        _fail(found, str(error))
    except (OperationalError, InterfaceError) as error:
        claims.hand_back(found, error=str(error))
        raise
    return True


def fail_ours(run_id: int, error: str) -> None:
    """End the run that this process was working on as failed, if it still is."""
    found = HistoryRun.objects.filter(pk=run_id, state=HistoryRun.State.ACTIVE).first()
    if found is not None and workers.is_ours(found.worker):
        _fail(found, error)


def window_of(run: HistoryRun) -> Window:
    """Return the records that a run reads."""
    return Window(run.first, run.until, tuple(run.stacks))


def _fail(found: HistoryRun, error: str) -> None:
    """End it with the reason; what was found stays, what was to be remembered goes."""
    with transaction.atomic():
        claims.fail(found, error=error, now=timezone.now())
        HistoryState.objects.filter(run=found).delete()


def _run(found: HistoryRun) -> None:
    def renew(now: datetime) -> None:
        claims.advance(found, now=now)

    with Pulse(renew, of=f"history run {found.pk}") as pulse:
        progress = _Progress(found)
        with Ahead(progress.window, progress.place) as parts:
            for part in parts:
                pulse.check()
                progress.take(part)
        pulse.check()
    progress.end()


class _Progress:
    """How far a run is, what its engines remember and what waits for the store."""

    def __init__(self, found: HistoryRun) -> None:
        self._run = found
        self.window = window_of(found)
        self._switches = Switches(self.window)
        memory, numbers = recalled(found)
        settings = settings_from(found.choices)
        self._shares = [Share(part, settings) for part in found.parts]
        self._base: list[Counter[str]] = [Counter(), Counter()]
        self._done = 0
        self.place: history.Place | None = None
        if memory:
            self._recall(memory)
        self._total = history.connection_count(self.window, limit_s=READ_LIMIT_S)
        self._gathered = Gathering(numbers)
        if not memory:
            self._gathered.rules = counted([row for share in self._shares for row in share.rules()])
        self._stored_at = time.monotonic()

    def take(self, part: Part) -> None:
        """Take the next records; store when it is time to."""
        records = part.frame
        switches = self._switches.of(part)
        taken = [(one, one.take(one.own(records), one.own(switches))) for one in self._shares]
        self._gathered.add(taken)
        self._done += len(records)
        self.place = part.place
        is_due = time.monotonic() - self._stored_at >= EVERY_S
        if part.place and (is_due or len(self._gathered) >= MOST_ROWS):
            self._store()

    def end(self) -> None:
        """Store the rest, and that the run is complete; memory is not needed any more."""
        with transaction.atomic():
            self._store(state=HistoryRun.State.COMPLETE, finished_at=timezone.now(), error="")
            HistoryState.objects.filter(run=self._run).delete()

    def _store(self, **columns: Any) -> None:
        totals = self._totals()
        store(
            self._run,
            self._gathered,
            self._memory(totals),
            now=timezone.now(),
            attempts=1,  # only those without progress count
            records_done=self._done,
            records_total=max(self._total, self._done),
            totals=totals[0],
            other_totals=totals[1] if self._run.compares else {},
            **columns,
        )
        self._gathered = Gathering(self._gathered.numbers)
        self._stored_at = time.monotonic()

    def _totals(self) -> list[Counter[str]]:
        mine, other = Counter(self._base[0]), Counter(self._base[1])
        for share in self._shares:
            mine.update(share.mine.totals())
            if share.other:
                other.update(share.other.totals())
                other.update(share.other_acts)
        return [mine, other]

    def _memory(self, totals: list[Counter[str]]) -> Memory:
        return {
            "engines": [share.memory() for share in self._shares],
            "met": [sorted(share.met) for share in self._shares],
            "totals": totals,
            "place": self.place,
            "done": self._done,
            "last": self._switches.last,
        }

    def _recall(self, memory: Memory) -> None:
        for share, memories in zip(self._shares, memory["engines"], strict=True):
            share.recall(memories)
        for share, met in zip(self._shares, memory.get("met", ()), strict=False):
            share.met = {tuple(stack) for stack in met}
        self._base = [Counter(one) for one in memory["totals"]]
        self.place = tuple(memory["place"])
        self._done, self._switches.last = memory["done"], memory["last"]
