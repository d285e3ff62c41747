"""From a period to rows: `the last 30` counts back from the latest day in the store.

Whole days are read from the roll-ups; of days that are cut, the interval records themselves.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Max, QuerySet
from django.utils import timezone

from analyzer.models import DailyActivity
from analyzer.queries.blocks.columns import PACKED, by_day
from analyzer.queries.blocks.cover import SUMMED, of_days, of_span
from analyzer.queries.terms.period import Period, day_after
from analyzer.queries.terms.term import Clause, all_of, together

_INTERVAL_MOST: Final = 2**50
"""A counter of one interval beyond this is nonsense, and must not make a sum overflow."""
# Not `least`, which makes the greatest number of a NULL.
_CAPPED: Final = {
    name: f"CASE WHEN {name} > {_INTERVAL_MOST} THEN {_INTERVAL_MOST} ELSE {name} END AS {name}"
    for name in SUMMED
}
_OF_RECORDS: Final = f"""SELECT session_id, {", ".join(_CAPPED.values())}, 1 AS intervals,
        restarted::int AS restarts, interval_end AS first_end, interval_end AS last_end
    FROM analyzer_activity a WHERE {{condition}}"""
_COLUMNS_OF_RECORDS: Final = f"""SELECT day, {PACKED} FROM (
        SELECT interval_end::date AS day, session_id, analyzer_total(connections) AS connections,
            analyzer_total(failed) AS failed
        FROM (SELECT interval_end, session_id, {_CAPPED["connections"]}, {_CAPPED["failed"]}
            FROM analyzer_activity a WHERE {{condition}}) a
        GROUP BY 1, 2) d
    GROUP BY day"""
Whole = Callable[[date | None, date | None], Clause]
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
    """Return where the activity of a period is read from, when only sums by session matter."""
    if period.first_minute is None and period.last_minute is None:
        rows = of_span(*span(period))
        return Activity(Clause(f"({rows.sql})", rows.params), Clause("TRUE"))
    return _cut(period, of_span)


def activity_by_day(period: Period) -> Activity:
    """Return the same with a row, or several, for each day."""
    if period.first_minute is None and period.last_minute is None:
        return Activity(Clause("analyzer_daily_activity"), days_clause(period))
    return _cut(period, of_days)


def columns_in(period: Period) -> Clause:
    """Return the same as columns of each day, for sums by day."""
    if period.first_minute is None and period.last_minute is None:
        return by_day(*span(period))
    return together(_parts(period, by_day, _COLUMNS_OF_RECORDS))


def days_clause(period: Period) -> Clause:
    """Return the condition on `d.day` that all days of a period fulfil, whole or cut."""
    return _between(*span(period))


def _cut(period: Period, whole: Whole) -> Activity:
    rows = together(_parts(period, whole, _OF_RECORDS))
    return Activity(Clause(f"({rows.sql})", rows.params), Clause("TRUE"))


def _parts(period: Period, whole: Whole, records: str) -> list[Clause]:
    """The roll-up of the whole days, the records of the days that are cut."""
    begin, end = period.begin, period.end

    def between(begin: datetime | None, end: datetime | None) -> Clause:
        condition = "a.interval_end >= %s AND a.interval_end < %s"
        return Clause(records.format(condition=condition), (begin, end))

    whole_begin, whole_end = _midnight_from(begin), _midnight_until(end)
    if whole_begin and whole_end and whole_begin > whole_end:
        return [between(begin, end)]  # within one day
    parts = []
    if begin != whole_begin:
        parts.append(between(begin, whole_begin))
    if end != whole_end:
        parts.append(between(whole_end, end))
    if not (whole_begin and whole_end) or whole_begin < whole_end:
        first = whole_begin.date() if whole_begin else None
        last = whole_end.date() - _DAY if whole_end else None
        parts.append(whole(first, last))
    return parts


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
