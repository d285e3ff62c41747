"""From a period to days: `the last 30` counts back from the latest day in the store."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Max

from analyzer.models import DailyActivity
from analyzer.queries.terms.period import Period
from analyzer.queries.terms.term import Clause


def latest_day() -> date | None:
    """The latest day with activity; None in an empty store."""
    found: date | None = DailyActivity.objects.aggregate(latest=Max("day"))["latest"]
    return found


def span(period: Period) -> tuple[date | None, date | None]:
    """Return the first and the last day of a period; None for an open end."""
    if period.days is None:
        return period.first, period.last
    latest = latest_day()
    return (latest - timedelta(days=period.days - 1), latest) if latest else (None, None)


def days_clause(period: Period) -> Clause:
    """Return the condition on `d.day`."""
    first, last = span(period)
    bounds = [("d.day >= %s", first), ("d.day <= %s", last)]
    given = [(sql, day) for sql, day in bounds if day is not None]
    sql = " AND ".join(sql for sql, _ in given) or "TRUE"
    return Clause(sql, tuple(day for _, day in given))
