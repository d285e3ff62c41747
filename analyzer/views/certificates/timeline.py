"""The time-line of expiry: figures by the days that are left, and a chart by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.urls import reverse

from analyzer.queries.certificates.timeline import Timeline
from analyzer.views.report.scope import Scope

MONTHS: Final = 12
HEIGHT: Final = 44
"""Of the highest bar, in units of the drawing."""
_LEAST: Final = 3
_NEAR_DAYS, _COMING_DAYS = 30, 90
_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """How many end within a band; `href` asks for them, empty where nothing can."""

    band: str
    number: int
    href: str


@dataclass(frozen=True, slots=True)
class End:
    """How many end in a month, or before or after all months; `asked` filters them."""

    label: str
    under: str
    words: str
    number: int
    tone: str
    asked: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An end as a bar, `height` of HEIGHT high."""

    end: End
    height: int
    href: str
    here: bool

    @property
    def top(self) -> int:
        return HEIGHT - self.height


def figures(scope: Scope, found: Timeline) -> Sequence[Figure]:
    """The bands in their order; those within days hold the sooner ones too, as the filter does."""
    numbers = {
        "expired": found.expired,
        **dict(found.within),
        "later": found.later,
        "unknown": found.unknown,
    }
    asked = {"later": "", "unknown": "Unknown"}
    return [
        Figure(band, number, _href(scope, asked.get(band, band)) if number else "")
        for band, number in numbers.items()
    ]


def chart(scope: Scope, found: Timeline, today: date) -> Sequence[Bar]:
    """Before this month, this month and those that follow, later; unknown ends are a figure."""
    ends = _ends(found, today)
    most = max(one.number for one in ends)
    chosen = scope.asked.get("expiry", ())
    return [
        Bar(
            end=one,
            height=max(_LEAST, HEIGHT * one.number // most) if one.number else 0,
            href=_href(scope, one.asked) if one.number else "",
            here=one.asked in chosen,
        )
        for one in ends
    ]


def _ends(found: Timeline, today: date) -> list[End]:
    first = today.replace(day=1)
    end, counts = _month_after(first, MONTHS), dict(found.months)
    before = sum(number for month, number in found.months if month < first)
    later = sum(number for month, number in found.months if month >= end)
    months = [_month_after(first, number) for number in range(MONTHS)]
    return [
        End("Before", "", f"before {_named(first)}", before, "red", f"<{first}"),
        *(_in_month(month, counts.get(month, 0), today) for month in months),
        End("Later", "", f"from {_named(end)} on", later, "green", f">={end}"),
    ]


def _in_month(month: date, number: int, today: date) -> End:
    year = str(month.year) if month.month == 1 or month <= today else ""
    last = _month_after(month, 1) - timedelta(days=1)
    words = f"in {_named(month)}"
    return End(f"{month:%b}", year, words, number, _tone(month, today), f"{month}..{last}")


def _tone(month: date, today: date) -> str:
    """By the days until the month begins."""
    left = (month - today).days
    return "orange" if left <= _NEAR_DAYS else "blue" if left <= _COMING_DAYS else "green"


def _month_after(month: date, number: int) -> date:
    years, months = divmod(month.month - 1 + number, _YEAR)
    return date(month.year + years, months + 1, 1)


def _named(month: date) -> str:
    return f"{month:%B %Y}"


def _href(scope: Scope, asked: str) -> str:
    return scope.beside(reverse("report_certificates"), expiry=asked) if asked else ""
