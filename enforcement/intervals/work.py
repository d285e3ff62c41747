"""A worker's side of making interval records: claim, aggregate, hand the dump to the import.

The records go to a file without a name. That they are kept, that their import begins and that the
work is done is one transaction: whoever takes it up after a kill makes the same records anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import IO, Final

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from analyzer import audit, history
from analyzer.history import Intervals, Window
from analyzer.ingest import intake, workers
from analyzer.ingest.errors import IntakeError, NotOursError
from analyzer.ingest.heartbeat import Pulse
from enforcement.aggregation.aggregator import Aggregator
from enforcement.aggregation.recording import Recording
from enforcement.engine.lives import Stack
from enforcement.engine.texts import carried
from enforcement.histories.reading import READ_LIMIT_S, Ahead, Switches
from enforcement.intervals.errors import MeanwhileError
from enforcement.intervals.planning import days_words, moment
from enforcement.intervals.starting import alone, claims, record, words_of
from enforcement.models import Making
from smf.encode.summary import Z32, SummaryRecord, encode_summary
from web.budget import OutOfTimeError
from web.downloads import written

LEAD: Final = timedelta(days=1)
"""So much before the first interval is read as well: what is up when it begins is known then."""
EVERY_S: Final = 1.0
_COMMENT_MAX: Final = 200
_LOST: Final = f"the worker was lost {claims.MAX_ATTEMPTS} times while it was at it"

log = structlog.get_logger(__name__)


def run(making_id: int) -> bool:
    """Make interval records if nobody else does; False otherwise. Ends in a state, or raises.

    `OperationalError` comes out: the caller may try again.
    """
    found = claims.claim(making_id, now=timezone.now())
    if found is None:
        return False
    try:
        if found.attempts > claims.MAX_ATTEMPTS:
            claims.fail(found, error=_LOST, now=timezone.now())
        else:
            _run(found)
    except NotOursError:
        log.info("intervals.released", making_id=making_id)
    except (OutOfTimeError, MeanwhileError, IntakeError) as error:
        claims.fail(found, error=str(error), now=timezone.now())
    except OSError as error:
        said = f"the records can't be written: {error.strerror or error}"
        claims.fail(found, error=said, now=timezone.now())
    except (OperationalError, InterfaceError) as error:
        claims.hand_back(found, error=str(error))
        raise
    return True


def fail_ours(making_id: int, error: str) -> None:
    """End what this process was working on as failed, if it still is."""
    found = Making.objects.filter(pk=making_id, state=Making.State.ACTIVE).first()
    if found is not None and workers.is_ours(found.worker):
        claims.fail(found, error=error, now=timezone.now())


def _run(found: Making) -> None:
    def renew(now: datetime) -> None:
        claims.advance(found, now=now)

    made = _Made(found)
    with Pulse(renew, of=f"interval records {found.pk}") as pulse:

        def write(file: IO[bytes]) -> None:
            for record in made.records(pulse):
                file.write(encode_summary(record, Z32))

        with written(write, settings.FILE_UPLOAD_TEMP_DIR) as file:
            pulse.check()
            _hand_over(found, file, made, now=timezone.now())


class _Made:
    """The records of a making, and how many there were of both kinds."""

    def __init__(self, found: Making) -> None:
        self._making = found
        self._recording = Recording(found.interval_min, found.sync_min)
        days = found.days_by_stack
        self._window = Window(found.first - LEAD, found.until, tuple(days))
        self._days: Mapping[Stack, set[date]] = {
            (carried(names[0]), carried(names[1]), carried(names[2])): set(days[key])
            for names, key in history.stack_keys().items()
            if key in days
        }
        self.done = self.intervals = 0
        self._total = history.connection_count(self._window, limit_s=READ_LIMIT_S)

    def records(self, pulse: Pulse) -> Iterator[SummaryRecord]:
        """Yield the records of intervals that begin in the days that are asked for."""
        aggregator, switches = Aggregator(self._recording), Switches(self._window)
        with Ahead(self._window, None) as parts:
            for part in parts:
                pulse.check()
                yield from self._own(aggregator.add(part.frame, switches.of(part)))
                self.done += len(part.frame)
                self._tell()
        yield from self._own(aggregator.finish())

    def columns(self) -> dict[str, int]:
        """Return how far it is."""
        total = max(self._total, self.done)
        return {
            "records_done": self.done,
            "records_total": total,
            "intervals": self.intervals,
        }

    def _own(self, records: Iterator[SummaryRecord]) -> Iterator[SummaryRecord]:
        length = timedelta(minutes=self._recording.minutes)
        for one in records:
            sysplex, system, stack = (str(one.ident[key]) for key in ("sysplex", "system", "stack"))
            begin = one.stamp.time - length
            if begin.date() in self._days.get((sysplex, system, stack), ()):
                self.intervals += 1
                yield one

    _told_at = 0.0

    def _tell(self) -> None:
        if time.monotonic() - self._told_at >= EVERY_S:
            claims.advance(self._making, now=timezone.now(), **self.columns())
            self._told_at = time.monotonic()


@transaction.atomic
def _hand_over(found: Making, file: IO[bytes], made: _Made, *, now: datetime) -> None:
    """Give the records to the import, and end: all of it, or nothing."""
    alone()
    claims.advance(found, now=now, **made.columns())
    _refuse_what_came(found)
    imported = None
    if made.intervals:
        by = found.started_by or (None if _is_operator(found) else AnonymousUser())
        first = min(day for own in found.days_by_stack.values() for day in own)
        name = f"interval-records-made-{found.pk}_{first}.smf"
        comment = comment_of(found)
        imported = intake.submit_made(file=file, name=name, comment=comment, by=by, now=now)
        record("import", found, by=by, now=now, imported=imported.pk, intervals=made.intervals)
    state, done = Making.State.COMPLETE, timezone.now()
    claims.advance(found, now=now, state=state, finished_at=done, imported=imported, error="")


def _refuse_what_came(found: Making) -> None:
    """Raise MeanwhileError when a stack has got interval records of one of the days."""
    days = found.days_by_stack
    origin = moment(found.sync_min * 60_000_000)
    asked = Intervals(found.interval_min, origin, found.first, found.until)
    for one in history.recorded_days(asked, list(days), limit_s=READ_LIMIT_S):
        if one.has_intervals and one.day in days[one.key]:
            raise MeanwhileError(
                f"{one.sysplex} {one.system} {one.stack} has got interval records of"
                f" {days_words([one.day])} meanwhile: ask again for the days without"
            )


def comment_of(found: Making) -> str:
    """Return what the import says of where its records come from."""
    who = "the command line" if _is_operator(found) else found.started_by_name
    days, stacks = words_of(found), len(found.days)
    many = f"{stacks} stack{'s' if stacks > 1 else ''}"
    said = (
        f"Made by Zertify of connection records (subtype 11), not recorded by the stack: {many},"
        f" {days}, intervals of {found.interval_min} minutes, asked for by {who}"
    )
    return said[:_COMMENT_MAX]


def _is_operator(found: Making) -> bool:
    return found.started_by_id is None and found.started_by_name == audit.COMMAND_LINE
