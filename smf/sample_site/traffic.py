"""How busy each security session of a stack is, interval by interval, and its life counters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from smf.encode.fast import COUNTERS, Counters
from smf.sample_site.catalog import Catalog, Usage
from smf.sample_site.options import SiteOptions
from smf.sample_site.sessions import Session

_SATURDAY = 5
_SPREAD = 0.6
"""How different the users of a service are: the deviation of a log-normal share of the peak."""
_MAX_SHARE = 3
_LIVED_HOURS = 900
"""Up to so many hours at a third of the peak lie behind sessions older than the dump."""
_IDLE_SHARE = 0.15
"""What a connection that stays open carries in an interval, as a share of a whole connection."""
_SEGMENT_IN_BYTES, _SEGMENT_OUT_BYTES = 700, 1_300
_SEGMENTS_A_CONNECTION = 5
_FAILING = "failing"
_ACTIVE, _IN_BYTES = COUNTERS.index("active"), COUNTERS.index("in_bytes")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """One interval: the sessions that were used, and their counters before and after it."""

    rows: NDArray[np.int64]
    init: Counters
    end: Counters


class Traffic:
    """The life counters of a stack's sessions; steps are taken in order."""

    def __init__(
        self,
        sessions: Sequence[Session],
        catalog: Catalog,
        options: SiteOptions,
        random: np.random.Generator,
    ) -> None:
        self._random = random
        self._intervals = options.intervals
        self._curves = list(catalog.curves.values())
        hours = options.interval_minutes / 60
        lives = [session.life for session in sessions]
        self._leader = np.arange(len(lives)) - np.array([one.follows for one in lives], np.int64)
        share = random.lognormal(0, _SPREAD, len(lives))[self._leader]
        usages = [_usage(session, catalog) for session in sessions]
        names = list(catalog.curves)
        self._curve = np.array([names.index(one.curve) for one in usages], np.int64)
        self._short = _floats(one.short for one in usages)
        self._present = _floats(one.present for one in usages)
        self._in = _floats(one.in_bytes for one in usages)
        self._out = _floats(one.out_bytes for one in usages)
        self._rate = share * _floats(one.connections * hours for one in usages)
        self._level = np.minimum(share, _MAX_SHARE) * _floats(one.active for one in usages)
        self._first = np.array([one.first for one in lives], np.int64)
        self._last = np.array([one.last for one in lives], np.int64)
        self._slope = _floats(one.slope for one in lives)
        self._partial = np.array([one.partial for one in lives], np.int64)
        self._failing = np.array([one.failing for one in lives], np.int64)
        self._here = np.ones(len(lives), np.bool_)
        self._life = np.zeros((len(lives), len(COUNTERS)), np.int64)
        self._live_before(_LIVED_HOURS / hours)

    def begin_day(self) -> None:
        """Decide who is there today."""
        here = self._random.random(len(self._here)) < self._present
        self._here = here[self._leader]

    def begin_anew(self) -> None:
        """Set all counters to 0: new lives begin."""
        self._life[:] = 0

    def step(
        self, number: int, middle: datetime, *, restart: bool = False, all_end: bool = False
    ) -> Step:
        """Return what happened in an interval, whose middle says how busy it was.

        In a `restart` the counters at its end are those of a new life. `all_end`: no connection is
        open at its end.
        """
        busy = self._busy(number, middle)
        connections = self._random.poisson(self._rate * busy)[self._leader]
        before = self._life
        if restart:
            self._life = np.zeros_like(before)
        level = self._level * busy * (not all_end)
        done = self._done(connections, level)
        active = done[:, _ACTIVE]
        used = np.flatnonzero((done[:, _IN_BYTES] > 0) | (active != before[:, _ACTIVE]))
        self._life = self._life + done
        # The active connections are a level, not a life counter.
        self._life[:, _ACTIVE] = active
        return Step(used, before[used], self._life[used])

    def _busy(self, number: int, middle: datetime) -> Floats:
        """Return the share of the peak for each session, 0 for one that is not there."""
        weekend = middle.weekday() >= _SATURDAY
        factors = np.array(
            [
                curve.hours[middle.hour] * (curve.weekend if weekend else 100)
                for curve in self._curves
            ]
        )
        there = self._here & (self._first <= number) & (number < self._last)
        trend = 1 + self._slope * (number / self._intervals)
        busy: Floats = factors[self._curve] * trend * there / 10_000
        return busy

    def _done(self, connections: NDArray[np.int64], level: Floats) -> Counters:
        """Return what the connections of an interval add; `active` is the level at its end."""
        short = self._part(connections, self._short)
        open_now = self._life[:, _ACTIVE] + connections - short
        active = np.minimum(np.rint(level).astype(np.int64), open_now)
        weight = connections + _IDLE_SHARE * active
        in_bytes = self._carried(weight, self._in)
        out_bytes = self._carried(weight, self._out)
        framing = connections * _SEGMENTS_A_CONNECTION
        done = {
            "conn": connections,
            "partial": connections * self._partial,
            "short": short,
            "active": active,
            "in_bytes": in_bytes,
            "out_bytes": out_bytes,
            "in_segs": in_bytes // _SEGMENT_IN_BYTES + framing,
            "out_segs": out_bytes // _SEGMENT_OUT_BYTES + framing,
            "failed": connections * self._failing,
        }
        return np.stack([done[name] for name in COUNTERS], axis=1)

    def _part(self, connections: NDArray[np.int64], share: Floats) -> NDArray[np.int64]:
        """Return a share of the connections in whole numbers, right on average."""
        return (connections * share + self._random.random(len(share))).astype(np.int64)

    def _carried(self, weight: Floats, size_bytes: Floats) -> NDArray[np.int64]:
        jitter = 0.6 + 0.8 * self._random.random(len(weight))
        return np.ceil(weight * size_bytes * jitter).astype(np.int64)

    def _live_before(self, intervals: float) -> None:
        """Give a past to the sessions that were there before the dump."""
        past = self._random.random(len(self._rate)) * intervals / 3
        connections = np.rint(self._rate * past * (self._first == 0))
        self._life[:] = self._done(connections.astype(np.int64)[self._leader], np.zeros(len(past)))


def _usage(session: Session, catalog: Catalog) -> Usage:
    return catalog.usages[_FAILING if session.life.failing else session.ends.service.usage]


def _floats(values: Iterable[float]) -> Floats:
    return np.array(list(values), np.float64)
