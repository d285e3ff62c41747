"""Partitions made on demand: a day each, a month for the roll-up.

A partition is built beside its table and attached, which lets readers go on; attaching commits at
once, so that a batch never holds that lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg import sql

LOCK_PARTITIONS = 1_193_001
_FILL_PERCENT = 45  # each batch updates most rows of a day once: room for it on the same page
DAILY = "analyzer_daily_activity"


class Partitions:
    """Which partitions are known to exist, as seen by one run."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def provide_days(self, table: str, times_us: NDArray[np.int64]) -> None:
        """One partition per day of the times."""
        for day in days_of(times_us):
            self._provide(table, day, day + timedelta(days=1), f"{day:%Y%m%d}")

    def provide_months(self, times_us: NDArray[np.int64]) -> None:
        """One partition of the roll-up per month of the times."""
        for first in sorted({day.replace(day=1) for day in days_of(times_us)}):
            following = (first + timedelta(days=31)).replace(day=1)
            self._provide(DAILY, first, following, f"{first:%Y%m}")

    def _provide(self, table: str, first: date, end: date, suffix: str) -> None:
        name = f"{table}_{suffix}"
        if name in self._known:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
            if not cursor.fetchone()[0]:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_PARTITIONS])
                cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
                if not cursor.fetchone()[0]:
                    for statement in _statements(table, name, first, end):
                        cursor.execute(statement)
        self._known.add(name)


def days_of(times_us: NDArray[np.int64]) -> Iterable[date]:
    """The distinct days of local times in microseconds."""
    days: list[date] = np.unique(times_us.astype("M8[us]").astype("M8[D]")).tolist()
    return days


def _statements(table: str, name: str, first: date, end: date) -> list[sql.Composed]:
    names = {"parent": sql.Identifier(table), "name": sql.Identifier(name)}
    bounds = {"first": sql.Literal(first.isoformat()), "end": sql.Literal(end.isoformat())}
    options = sql.SQL(f"WITH (fillfactor = {_FILL_PERCENT})" if table == DAILY else "")
    return [
        sql.SQL("CREATE TABLE {name} (LIKE {parent} INCLUDING ALL) {options}").format(
            **names, options=options
        ),
        sql.SQL(
            "ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})"
        ).format(**names, **bounds),
    ]
