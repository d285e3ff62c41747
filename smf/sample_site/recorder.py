"""What one stack records: interval by interval, with the records that stand in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from smf.encode.fast import Interval, Templates
from smf.encode.framing import RecordWriter, write_records
from smf.encode.records import hundredths
from smf.encode.summary import stck
from smf.sample_site import catalog
from smf.sample_site.catalog import Stack
from smf.sample_site.details import Details
from smf.sample_site.options import SiteOptions
from smf.sample_site.others import other_records, switched
from smf.sample_site.records import templates
from smf.sample_site.sessions import Session
from smf.sample_site.stories import FOREVER, Pause, pauses
from smf.sample_site.traffic import Step, Traffic
from smf.times import pack_date

STREAMS = 3
"""How many streams of random numbers a recorder takes: what one draws does not change another."""
_MORE, _LAST = 0xC0, 0x80
_DELAY = timedelta(milliseconds=400)
_MAX_SPREAD_HUNDREDTHS = 1_500
"""The records of one interval come within so much time of each other."""
_NEVER = Pause(FOREVER, FOREVER)


@dataclass(slots=True)
class Counts:
    """How many records have been written, by kind."""

    intervals: int = 0
    connections: int = 0
    events: int = 0
    others: int = 0


class Recorder:
    """Writes the records of one stack; intervals are taken in order."""

    def __init__(
        self,
        stack: Stack,
        sessions: list[Session],
        options: SiteOptions,
        random: list[np.random.Generator],
    ) -> None:
        self._stack = stack
        self._options = options
        self._templates: Templates = templates(stack, sessions)
        self._traffic = Traffic(sessions, catalog.load(), options, random[0])
        self._details = Details(stack, sessions, random[1], last_day=options.end)
        self._random = random[2]
        self._pause = pauses(catalog.load().outages, options).get(stack.place, _NEVER)
        self._seen = np.zeros(len(sessions), np.bool_)
        self.counts = Counts()

    @property
    def sessions(self) -> int:
        """How many sessions have a record by now."""
        return int(self._seen.sum())

    def record(self, number: int, writer: RecordWriter) -> None:
        """Write all that the stack records in and at the end of an interval."""
        end = self._options.first_moment + number * self._options.interval
        at = end + self._stack.number * _DELAY
        pause = self._pause
        if number == pause.last:
            self._switch(writer, at, on=True)
        others = other_records(self._stack, at, self._random)
        write_records(writer, others)
        self.counts.others += len(others)
        if not pause.first < number <= pause.last:
            self._interval(number, end, at, writer)
        if number == pause.first < pause.last:
            self._switch(writer, at, on=False)

    def _switch(self, writer: RecordWriter, at: datetime, *, on: bool) -> None:
        events = switched(self._stack, at, on=on, detail=self._options.detail)
        write_records(writer, events)
        self.counts.events += len(events)
        if self._pause.first < self._pause.last:
            self._traffic.begin_anew()

    def _interval(self, number: int, end: datetime, at: datetime, writer: RecordWriter) -> None:
        begin = end - self._options.interval
        if number == 0 or begin.date() != (begin - self._options.interval).date():
            self._traffic.begin_day()
        restart = number == self._pause.first == self._pause.last
        whole = self._details.is_whole(begin.date())
        middle = begin + (end - begin) / 2
        step = self._traffic.step(number, middle, restart=restart, all_end=whole)
        if self._options.detail and begin >= self._options.first_moment:
            details = self._details
            found = (
                details.of_whole_interval(step, begin, end)
                if whole
                else details.of_interval(step.rows, begin, end)
            )
            write_records(writer, found)
            self.counts.connections += len(found)
        if len(step.rows):
            self._summaries(step, at, writer)

    def _summaries(self, step: Step, at: datetime, writer: RecordWriter) -> None:
        count = len(step.rows)
        reasons = np.full(count, _MORE)
        reasons[-1] = _LAST
        self._templates.set_reason(step.rows, reasons)
        writer.write(*self._templates.stamp(step.rows, self._stamp(at, count), step.init, step.end))
        self._seen[step.rows] = True
        self.counts.intervals += count

    def _stamp(self, at: datetime, count: int) -> Interval:
        spread: NDArray[np.int64] = np.arange(count) * min(_MAX_SPREAD_HUNDREDTHS, count) // count
        duration = self._options.interval // timedelta(microseconds=1)
        return Interval(
            hundredths(at) + spread, int.from_bytes(pack_date(at.date()), "big"), stck(duration)
        )
