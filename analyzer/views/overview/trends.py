"""A card by day; days without data stay empty, which is not the same as zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from analyzer.charts.marks import Mark, Tone, days
from analyzer.queries.overview.trend import MOST_DAYS, Day
from analyzer.tables.columns import Column
from analyzer.views.overview.card import Card, Shown, many, share

_DAY = timedelta(days=1)


def days_card(  # noqa: PLR0913 -- the parts of one card, keyword-only
    shown: Shown,
    *,
    key: str,
    title: str,
    columns: Sequence[Column],
    value: Callable[[Day], int | None],
    href: Callable[[Day], str],
    tone: Tone,
    empty: str,
    note: str = "",
) -> Card:
    """Return the card of one measure; empty when it is zero or unknown on every day."""
    found = shown.facts.days
    rows = [
        (
            {
                "day": one.day,
                "connections": one.connections,
                "unprotected": one.unprotected,
                "failed": one.failed,
            },
            href(one),
        )
        for one in found
    ]
    if not any(value(one) for one in found):
        return Card(key, title, "calendar", empty=empty, note=note)
    marks = [_mark(one, value(one), href(one), tone) for one in found]
    lead = "Days are those of the systems' own time zones."
    if len(found) == MOST_DAYS:
        lead = f"The last {MOST_DAYS} days with data. {lead}"
    return Card(
        *(key, title, "calendar"),
        lead=lead,
        columns=columns,
        rows=rows[::-1],
        chart=days(_without_holes(marks, found)),
        note=note,
    )


def _mark(day: Day, value: int | None, href: str, tone: Tone) -> Mark:
    if value is None:
        words = f"not recorded; {many(day.connections, 'connection')} in all"
    else:
        part = share(value, day.connections)
        words = f"{value:,} of {many(day.connections, 'connection')}, {part}"
    return Mark(str(day.day), value, words, tone, href)


def _without_holes(marks: Sequence[Mark], found: Sequence[Day]) -> list[Mark]:
    """All days from the first to the last, those without data with no value."""
    by_day = {one.day: mark for one, mark in zip(found, marks, strict=True)}
    first, last = found[0].day, found[-1].day
    span = [first + number * _DAY for number in range((last - first).days + 1)]
    # A store with holes of years draws its days close together instead.
    if len(span) > 2 * MOST_DAYS:
        return list(marks)
    return [by_day.get(day, Mark(str(day), None, "no data")) for day in span]
