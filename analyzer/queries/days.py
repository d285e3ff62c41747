"""From a period to rows: `the last 30` counts back from the latest day in the store.

Whole days are read from the roll-up; of days that are cut, the interval records themselves.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Max, QuerySet
from django.utils import timezone

from analyzer.models import DailyActivity
from analyzer.queries.terms.period import Period, day_after
from analyzer.queries.terms.term import Clause, all_of

_SUMMED: Final = (
    *("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs"),
    "failed",
)
_INTERVAL_MOST: Final = 2**50
"""A counter of one interval beyond this is nonsense, and must not make a sum overflow."""
_OF_DAYS: Final = f"""SELECT session_id, {", ".join(_SUMMED)}, intervals, restarts,
        first_end, last_end
    FROM analyzer_daily_activity d WHERE"""
# Not `least`, which makes the greatest number of a NULL.
_CUT: Final = ", ".join(
    f"CASE WHEN {name} > {_INTERVAL_MOST} THEN {_INTERVAL_MOST} ELSE {name} END AS {name}"
    for name in _SUMMED
)
_OF_RECORDS: Final = f"""SELECT session_id, {_CUT}, 1 AS intervals, restarted::int AS restarts,
        interval_end AS first_end, interval_end AS last_end
    FROM analyzer_activity a WHERE"""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Activity:
    """What is summed: `source` is a relation with the columns of the roll-up, `condition` the
    one on its rows `d`.
    """

    source: Clause
    condition: Clause


def latest_day() -> date | None:
    """The latest day with activity that has begun somewhere on earth; None in an empty store.

    A record of a clock set wrong, far ahead, must not hide all others: such a day counts only
    when there is no other.
    """
    days = DailyActivity.objects.all()
    begun = days.filter(day__lte=timezone.now().date() + _DAY)
    return _latest(begun) or _latest(days)


def _latest(days: QuerySet[DailyActivity]) -> date | None:
    found: date | None = days.aggregate(latest=Max("day"))["latest"]
    return found


def span(period: Period) -> tuple[date | None, date | None]:
    """Return the first and the last day of a period, whole or cut; None for an open end."""
    if period.days is None:
        return period.first, period.last
    latest = latest_day()
    return (latest - timedelta(days=period.days - 1), latest) if latest else (None, None)


def activity_in(period: Period) -> Activity:
    """Return where the activity of a period is read from."""
    if period.first_minute is None and period.last_minute is None:
        return Activity(Clause("analyzer_daily_activity"), days_clause(period))
    parts = _parts(period.begin, period.end)
    sql = " UNION ALL ".join(part.sql for part in parts)
    return Activity(Clause(f"({sql})", all_of(parts).params), Clause("TRUE"))


def days_clause(period: Period) -> Clause:
    """Return the condition on `d.day` that all days of a period fulfil, whole or cut."""
    return _between(*span(period))


def _parts(begin: datetime | None, end: datetime | None) -> list[Clause]:
    """The roll-up of the whole days, the records of the days that are cut."""
    whole_begin, whole_end = _midnight_from(begin), _midnight_until(end)
    if whole_begin and whole_end and whole_begin > whole_end:
        return [_records(begin, end)]  # within one day
    parts = []
    if begin != whole_begin:
        parts.append(_records(begin, whole_begin))
    if end != whole_end:
        parts.append(_records(whole_end, end))
    if not (whole_begin and whole_end) or whole_begin < whole_end:
        first = whole_begin.date() if whole_begin else None
        last = whole_end.date() - _DAY if whole_end else None
        days = _between(first, last)
        parts.append(Clause(f"{_OF_DAYS} {days.sql}", days.params))
    return parts


def _records(begin: datetime | None, end: datetime | None) -> Clause:
    """The records from one moment to just before another; both are given where a day is cut."""
    return Clause(f"{_OF_RECORDS} a.interval_end >= %s AND a.interval_end < %s", (begin, end))


def _between(first: date | None, last: date | None) -> Clause:
    bounds = (("d.day >= %s", first), ("d.day <= %s", last))
    return all_of([Clause(sql, (day,)) for sql, day in bounds if day is not None])


def _midnight_from(moment: datetime | None) -> datetime | None:
    """The first midnight that is not before a moment."""
    if moment is None or moment.time() == time.min:
        return moment
    return day_after(moment.date())


def _midnight_until(moment: datetime | None) -> datetime | None:
    """The last midnight that is not after a moment."""
    return datetime.combine(moment.date(), time.min) if moment else None
