"""The batches of the yardstick site, as the reader would hand them out, without a dump in between.

Sessions, protections and traffic are those of `smf.sample_site`, twice: its five stacks, and five
more under other names. One record of each session goes through the encoder and the reader, so that
identities are what a dump has; the counters of all intervals go straight to columns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smf.decode import columns
from smf.encode.fast import COUNTERS, Interval, Templates
from smf.encode.summary import stck
from smf.reader import Batch, DumpReader
from smf.sample_site import catalog
from smf.sample_site.options import NEWEST, SiteOptions
from smf.sample_site.records import templates
from smf.sample_site.sessions import Population, Session
from smf.sample_site.traffic import Step, Traffic
from smf.times import pack_date

SESSIONS, DAYS, INTERVALS_A_DAY = 30_000, 90, 48
FIRST = date(2026, 7, 1)
_HALF = timedelta(minutes=30)
_HALF_US = _HALF // timedelta(microseconds=1)
_TWIN = {"PLEXA": "PLEXC", "PLEXB": "PLEXD"}
_DELAY_US, _SPREAD, _HUNDREDTH_US = 400_000, 1_500, 10_000
_BUSIER = 5
"""How much busier than the sample site: about half of all sessions have a record each half hour."""


@dataclass(frozen=True, slots=True)
class Place:
    """One stack: its traffic, and the reader's index of each of its sessions."""

    number: int
    counts_failed: bool
    traffic: Traffic
    indices: NDArray[np.int64]


class Site:
    """Equal arguments give equal rows. `first` moves the days, sessions stay the same."""

    def __init__(self, *, days: int = DAYS, first: date = FIRST, seed: int = 65) -> None:
        self.days, self.first = days, first
        self._random = np.random.default_rng(seed)
        options = SiteOptions(
            end=FIRST + timedelta(days=DAYS - 1), sessions=SESSIONS // 2, days=DAYS, seed=seed
        )
        busy = _busy()
        found = [*_stacks(options, twin=False), *_stacks(options, twin=True)]
        self.head, indices = _read([templates(*one) for one in found])
        self._places = [
            Place(
                number,
                stack.release == NEWEST,
                Traffic(ours, busy, options, np.random.default_rng((seed, number))),
                indices[number],
            )
            for number, (stack, ours) in enumerate(found)
        ]

    def batches(self) -> Iterator[Batch]:
        """A day at a time in thirds. Who the sessions are `head` says, once for each loader."""
        head = replace(
            self.head,
            sessions=self.head.sessions.clear(),
            protections=self.head.protections.clear(),
        )
        for day in range(self.days):
            for place in self._places:
                place.traffic.begin_day()
            for begin in range(0, INTERVALS_A_DAY, INTERVALS_A_DAY // 3):
                numbers = range(begin, begin + INTERVALS_A_DAY // 3)
                frames = [self._interval(day * INTERVALS_A_DAY + number) for number in numbers]
                activity = pl.concat([frame for ones in frames for frame in ones], rechunk=True)
                yield replace(head, activity=activity, records=len(activity))

    def _interval(self, number: int) -> Iterator[pl.DataFrame]:
        begin = datetime.combine(self.first, time()) + number * _HALF
        for place in self._places:
            step = place.traffic.step(number, begin + _HALF / 2)
            yield self._frame(place, step, begin + _HALF)

    def _frame(self, place: Place, step: Step, end: datetime) -> pl.DataFrame:
        count = len(step.rows)
        done = dict(zip(COUNTERS, (step.end - step.init).T, strict=True))
        done["active"] = step.end[:, COUNTERS.index("active")]
        done["connections"] = done.pop("conn")
        spread = np.arange(count) * min(_SPREAD, count) // max(count, 1)
        # The last moment of a day stays in it.
        at = int((end - datetime(1970, 1, 1)) / timedelta(microseconds=1)) - 60_000_000
        values: dict[str, object] = {
            "session_index": place.indices[step.rows],
            "local_end": at + place.number * _DELAY_US + spread * _HUNDREDTH_US,
            "duration_us": np.full(count, _HALF_US),
            "fingerprint": self._random.integers(-(2**62), 2**62, count),
            "restarted": np.zeros(count, np.bool_),
            "opaque": pl.Series([None], dtype=pl.String).new_from_index(0, count),
            **done,
        }
        if not place.counts_failed:
            values["failed"] = pl.Series([None], dtype=pl.Int64).new_from_index(0, count)
        frame = pl.DataFrame(values)
        return frame.select(pl.col(name).cast(kind) for name, kind in columns.ACTIVITY.items())


def _busy() -> catalog.Catalog:
    usual = catalog.load()
    usages = {
        name: replace(one, connections=one.connections * _BUSIER, present=1.0)
        for name, one in usual.usages.items()
    }
    return replace(usual, usages=usages)


def _stacks(options: SiteOptions, *, twin: bool) -> list[tuple[catalog.Stack, list[Session]]]:
    seed = np.random.default_rng((options.seed, twin))
    population = Population(options, catalog.load(), seed)
    found = []
    for stack, sessions in zip(population.stacks, population.by_stack(), strict=True):
        named = replace(stack, sysplex=_TWIN[stack.sysplex]) if twin else stack
        found.append((named, sessions))
    return found


def _read(stacks: list[Templates]) -> tuple[Batch, list[NDArray[np.int64]]]:
    """One record of each session, read: what there is to know of them, and their indices."""
    moment = Interval(
        np.zeros(1, np.int64), int.from_bytes(pack_date(FIRST), "big"), stck(_HALF_US)
    )
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "sessions.smf"
        with path.open("wb") as out:
            for one in stacks:
                rows = np.arange(len(one))
                zeros = np.zeros((len(one), len(COUNTERS)), np.int64)
                times = replace(moment, times=np.zeros(len(one), np.int64))
                out.write(one.stamp(rows, times, zeros, zeros)[0].data)
        with DumpReader(path) as reader:
            read = list(reader)
    batch = replace(
        read[0],
        sessions=pl.concat(one.sessions for one in read),
        protections=pl.concat(one.protections for one in read),
        activity=read[0].activity.clear(),
    )
    indices = pl.concat(one.activity["session_index"] for one in read).to_numpy().astype(np.int64)
    ends = np.cumsum([len(one) for one in stacks])
    return batch, np.split(indices, ends[:-1])
