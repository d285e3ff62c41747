"""Partitions made on demand: a day each, a month for the roll-up.

A partition is built beside its table and attached, which lets readers go on; attaching commits at
once, so that a batch never holds that lock. Days on which no zERT record can have been written are
damaged or wrong clocks: they share a partition a year, so that a bad dump can't make thousands.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray
from psycopg import sql

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

LOCK_PARTITIONS = 1_193_001
DAILY = "analyzer_daily_activity"
FIRST_DAY = date(2016, 1, 1)  # zERT came with z/OS V2R3, in 2017
AHEAD = timedelta(days=366)  # sites set clocks of test systems forward, but not by decades
_AT_ONCE = 20
_FILL_PERCENT = 45  # each batch updates most rows of a day once: room for it on the same page
_BOUNDS = """
    SELECT pg_get_expr(c.relpartbound, c.oid)
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = %s::regclass"""
_BOUND = re.compile(r"FROM \('(\d{4}-\d\d-\d\d)[^']*'\) TO \('(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `first` up to, and without, `end`."""

    first: date
    end: date


class Partitions:
    """Which partitions there are, as seen by one run; `beat` is called while they are made."""

    def __init__(self, today: date | None = None, beat: Callable[[], None] = lambda: None) -> None:
        last = (today or timezone.now().date()) + AHEAD
        self._usual = Span(FIRST_DAY, last.replace(day=1))
        self._beat = beat
        self._known: dict[str, list[Span]] = {}

    def provide_days(self, table: str, times_us: NDArray[np.int64]) -> None:
        """One partition per day of the times."""
        self._provide(table, [Span(day, day + timedelta(days=1)) for day in days_of(times_us)])

    def provide_months(self, times_us: NDArray[np.int64]) -> None:
        """One partition of the roll-up per month of the times."""
        months = sorted({day.replace(day=1) for day in days_of(times_us)})
        spans = [Span(first, (first + timedelta(days=31)).replace(day=1)) for first in months]
        self._provide(DAILY, spans)

    def _provide(self, table: str, wanted: Sequence[Span]) -> None:
        missing = self._missing(table, wanted)
        if missing:
            with connection.cursor() as cursor:
                self._known[table] = _existing(cursor, table)
            missing = self._missing(table, wanted)
        for begin in range(0, len(missing), _AT_ONCE):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_PARTITIONS])
                self._known[table] = _existing(cursor, table)
                for span in missing[begin : begin + _AT_ONCE]:
                    self._make(cursor, table, span)
            self._beat()

    def _missing(self, table: str, wanted: Sequence[Span]) -> list[Span]:
        known = self._known.get(table, [])
        return [span for span in wanted if not _covers(known, span.first)]

    def _make(self, cursor: CursorWrapper, table: str, span: Span) -> None:
        """Make a partition for it, unless another run has made one by now."""
        known = self._known[table]
        if _covers(known, span.first):
            return
        name = f"{table}_{span.first:{'%Y%m' if table == DAILY else '%Y%m%d'}}"
        if not self._usual.first <= span.first < self._usual.end:
            span = self._stretch(span.first, known)
            name = f"{table}_far_{span.first:%Y%m%d}"
        _attach(cursor, table, name, span)
        insort(known, span)

    def _stretch(self, day: date, spans: Sequence[Span]) -> Span:
        """What is free of the year around a day that is far from the usual ones."""
        place = bisect_right(spans, day, key=lambda span: span.first)
        starts = [date(day.year, 1, 1), *(span.end for span in spans[:place])]
        ends = [date(day.year + 1, 1, 1), *(span.first for span in spans[place:])]
        if day < self._usual.first:
            ends.append(self._usual.first)
        else:
            starts.append(self._usual.end)
        return Span(max(starts), min(ends))


def days_of(times_us: NDArray[np.int64]) -> list[date]:
    """The distinct days of local times in microseconds."""
    days: list[date] = np.unique(times_us.astype("M8[us]").astype("M8[D]")).tolist()
    return days


def _covers(spans: Sequence[Span], day: date) -> bool:
    place = bisect_right(spans, day, key=lambda span: span.first)
    return place > 0 and day < spans[place - 1].end


def _existing(cursor: CursorWrapper, table: str) -> list[Span]:
    cursor.execute(_BOUNDS, [table])
    found = [span_of(bound) for (bound,) in cursor.fetchall()]
    return sorted(span for span in found if span)


def span_of(bound: str) -> Span | None:
    """The days of a partition by its bound, as PostgreSQL writes it."""
    found = _BOUND.search(bound)
    return Span(*map(date.fromisoformat, found.groups())) if found else None


def _attach(cursor: CursorWrapper, table: str, name: str, span: Span) -> None:
    names = {"parent": sql.Identifier(table), "name": sql.Identifier(name)}
    bounds = {"first": sql.Literal(f"{span.first}"), "end": sql.Literal(f"{span.end}")}
    options = sql.SQL(f"WITH (fillfactor = {_FILL_PERCENT})" if table == DAILY else "")
    cursor.execute(
        sql.SQL("CREATE TABLE {name} (LIKE {parent} INCLUDING ALL) {options}").format(
            **names, options=options
        )
    )
    cursor.execute(
        sql.SQL(
            "ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})"
        ).format(**names, **bounds)
    )
