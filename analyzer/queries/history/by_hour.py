"""At which hours of the day some sessions had their connections, on some last days."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from analyzer.queries.terms.period import day_after

MOST_DAYS: Final = 7
MOST_RECORDS: Final = 1_500_000
"""Interval records that are read; the last day is read in any case."""
_HOURS: Final = 24
_BY_DAY: Final = """SELECT day, sum(intervals) FROM analyzer_daily_activity
    WHERE day = ANY(%s) AND session_id = ANY(%s) GROUP BY day ORDER BY day DESC"""
_DAY_US: Final = 86_400_000_000
# A record counts in the hour in which the middle of its interval lies.
_MIDDLE: Final = f"""a.interval_end - least(greatest(a.duration_us, 0), {_DAY_US}) / 2
    * interval '1 microsecond'"""
_CAPPED: Final = f"least(a.connections, {2**50})"  # beyond it is nonsense
_BY_HOUR: Final = f"""SELECT extract(hour FROM {_MIDDLE})::int, analyzer_total({_CAPPED})
    FROM analyzer_activity a
    WHERE a.interval_end >= %s AND a.interval_end < %s AND a.session_id = ANY(%s) GROUP BY 1"""


@dataclass(frozen=True, slots=True)
class Hours:
    """Connections of each hour from 0 to 23 in the systems' own time, of the days read."""

    first: date
    last: date
    connections: tuple[int, ...]


def connections_by_hour(days: Collection[date], sessions: Sequence[int]) -> Hours | None:
    """Return them for as many of the last of these days as are quickly read; None without any."""
    keys = [*sessions]
    wanted = sorted(days, reverse=True)[:MOST_DAYS]
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, (wanted, keys))
        found = [(day, int(number)) for day, number in cursor.fetchall()]
        if not found:
            return None
        read = max(1, sum(_sum(found[: n + 1]) <= MOST_RECORDS for n in range(len(found))))
        first, last = found[read - 1][0], found[0][0]
        cursor.execute(_BY_HOUR, (first, day_after(last), keys))
        hours = dict(cursor.fetchall())
    return Hours(first, last, tuple(int(hours.get(hour) or 0) for hour in range(_HOURS)))


def _sum(days: Sequence[tuple[date, int]]) -> int:
    return sum(number for _, number in days)
