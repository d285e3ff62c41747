"""What each session did on each day, as columns: to sum days of any sessions that are chosen.

PostgreSQL needs half a microsecond for a row of a session and a day, of which there are millions;
the blocks of single days hold the same as packed numbers, of which numpy sums a day in a
millisecond. Days without a block, and those that are cut, are packed by the statement that reads
them.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import psycopg
from django.db import connection, transaction
from numpy.typing import NDArray

from analyzer.queries.terms.term import Clause

Numbers = NDArray[np.int64]
NOT_COUNTED: Final = -1
_AT_ONCE: Final = 16
"""Days that are fetched together: some ten megabytes for thirty thousand sessions."""
_EXACT: Final = 2**53
_PACKED: Final = np.dtype(">i8")
PACKED: Final = """string_agg(int8send(session_id), '') AS sessions,
        string_agg(int8send(connections), '') AS connections,
        string_agg(int8send(coalesce(failed, -1)), '') AS failed"""
"""Three columns of rows of the roll-up by day, in any order of sessions."""
_BY_DAY: Final = f"""SELECT b.first_day AS day, c.sessions, c.connections, c.failed
        FROM analyzer_block_columns c JOIN analyzer_block b ON b.id = c.block_id
        WHERE c.block_id = ANY((SELECT analyzer_blocks_in(%s::date, %s::date, TRUE))::bigint[])
    UNION ALL SELECT day, {PACKED} FROM analyzer_daily_activity
        WHERE day = ANY((SELECT analyzer_days_in(%s::date, %s::date, TRUE))::date[])
        GROUP BY day"""


@dataclass(frozen=True, slots=True)
class Day:
    """Sessions that were active on a day, and what each of them did, in the same order."""

    day: date
    sessions: Numbers
    connections: Numbers
    failed: Numbers


@dataclass(frozen=True, slots=True)
class Sums:
    """What the sessions of each kind did on a day, by the number of the kind.

    `failed` is NOT_COUNTED where no session of the kind counts failed handshakes.
    """

    day: date
    sessions: Numbers
    connections: Numbers
    failed: Numbers


def by_day(first: date | None, last: date | None) -> Clause:
    """Return a SELECT of the columns of each day; None: an open end."""
    return Clause(_BY_DAY, (first, last, first, last))


def read(rows: Clause) -> Generator[Day]:
    """Yield the days of such a SELECT, the latest first; a few at a time are in memory."""
    # Inside a transaction a savepoint would bring nothing: what reads is never taken back.
    whole = nullcontext() if connection.in_atomic_block else transaction.atomic()
    with whole, connection.wrap_database_errors, _cursor() as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(f"SELECT * FROM ({rows.sql}) d ORDER BY day DESC", rows.params, binary=True)
        for day, *columns in cursor:
            yield Day(day, *map(unpacked, columns))


def unpacked(column: bytes) -> Numbers:
    """Return packed numbers as an array."""
    return np.frombuffer(column, _PACKED).astype(np.int64)


def _cursor() -> psycopg.ServerCursor:
    """Not one of Django's, which can't ask for binary results: as texts they are twice as long.

    Its errors must be made Django's, or a time limit would not be told from a failure.
    """
    return psycopg.ServerCursor(connection.connection, "columns")


class Kinds:
    """Sessions sorted into kinds, which are numbered from 0; the rest belongs to none."""

    def __init__(self, sessions: Mapping[int, Numbers]) -> None:
        self.count = max(sessions, default=-1) + 1
        last = max((int(own.max(initial=0)) for own in sessions.values()), default=0)
        # One kind more is of all that were not chosen.
        self._of = np.full(last + 2, self.count, np.intp)
        for kind, own in sessions.items():
            self._of[own] = kind

    def sums(self, day: Day) -> Sums:
        """Return what the sessions of each kind did on a day."""
        kinds = self._of[np.minimum(day.sessions, len(self._of) - 1)]
        counted = day.failed != NOT_COUNTED
        failed = self._total(kinds[counted], day.failed[counted])
        failed[self._number(kinds[counted]) == 0] = NOT_COUNTED
        return Sums(day.day, self._number(kinds), self._total(kinds, day.connections), failed)

    def _number(self, kinds: NDArray[np.intp]) -> Numbers:
        return np.bincount(kinds, minlength=self.count + 1)[: self.count].astype(np.int64)

    def _total(self, kinds: NDArray[np.intp], values: Numbers) -> Numbers:
        """Exact: weights are floats, which hold whole numbers below 2^53."""
        if int(values.max(initial=0)) * len(values) < _EXACT:
            found = np.bincount(kinds, values, self.count + 1).astype(np.int64)
        else:
            found = np.zeros(self.count + 1, np.int64)
            np.add.at(found, kinds, values)
        return found[: self.count]
