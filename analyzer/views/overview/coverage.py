"""Data coverage as a strip of days and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analyzer.queries.overview.coverage import MOST_DAYS, CoverageMap, Off, StackCoverage
from analyzer.views.overview.links import Links

_GAPS: Final = 3


@dataclass(frozen=True, slots=True)
class Square:
    """One day of the strip: `data`, `off` (data, with a switch off for a time) or `gap`."""

    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One stack."""

    name: str
    href: str
    squares: Sequence[Square]
    days: int
    gaps: str
    offs: Sequence[str]


@dataclass(frozen=True, slots=True)
class CoverageCard:
    """All stacks of the scope over the days shown."""

    lines: Sequence[Line]
    days: int
    first: date | None = None
    last: date | None = None
    note: str = ""


def card(found: CoverageMap, links: Links) -> CoverageCard:
    if not found.days:
        return CoverageCard((), 0)
    return CoverageCard(
        [_line(one, found.days, links) for one in found.stacks],
        len(found.days),
        found.days[0],
        found.days[-1],
        f"The last {MOST_DAYS} days of the period." if found.cut else "",
    )


def _line(one: StackCoverage, days: Sequence[date], links: Links) -> Line:
    name = f"{one.sysplex}.{one.system}.{one.stack}"
    return Line(
        f"{one.sysplex} {one.system} {one.stack}",
        links.report(stack=name),
        [_square(one, day) for day in days],
        sum(day in one.days for day in days),
        _gap_words(one.gaps(days)),
        [_off_words(off) for off in one.offs],
    )


def _square(one: StackCoverage, day: date) -> Square:
    off = "; switched off for a time" if one.off_on(day) else ""
    if day not in one.days:
        return Square("gap", f"{day}: no data{off}")
    return Square("off" if off else "data", f"{day}: data{off}")


def _gap_words(gaps: Sequence[tuple[date, date]]) -> str:
    words = [str(first) if first == last else f"{first} to {last}" for first, last in gaps]
    more = f" and {len(words) - _GAPS} more" if len(words) > _GAPS else ""
    return ", ".join(words[:_GAPS]) + more if words else "none"


def _off_words(off: Off) -> str:
    since = f"{off.since:%Y-%m-%d %H:%M}"
    if off.until is None:
        return f"{off.what} since {since}"
    same_day = off.until.date() == off.since.date()
    until = f"{off.until:%H:%M}" if same_day else f"{off.until:%Y-%m-%d %H:%M}"
    return f"{off.what} {since} to {until}"
