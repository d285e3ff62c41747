"""Which days: the last ones in the store, from one day to another, or all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from analyzer.queries.terms.term import FilterError, shown

DEFAULT_DAYS: Final = 30
MOST_DAYS: Final = 3660
PARAMS: Final = ("days", "from", "to")


@dataclass(frozen=True, slots=True)
class Period:
    """`days` counts back from the latest day in the store; without anything: all days."""

    days: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def words(self) -> str:
        """The period in a sentence."""
        if self.days is not None:
            return "the last day" if self.days == 1 else f"the last {self.days} days"
        if self.first and self.last:
            return f"{self.first} to {self.last}" if self.first != self.last else str(self.first)
        if self.first:
            return f"from {self.first} on"
        return f"up to {self.last}" if self.last else "all days"

    def to_params(self) -> dict[str, list[str]]:
        """The period as parameters of an address; the default has none."""
        if self == DEFAULT:
            return {}
        if self.days is not None:
            return {"days": [str(self.days)]}
        found = {"from": self.first, "to": self.last}
        return {name: [str(day)] for name, day in found.items() if day} or {"days": ["all"]}


DEFAULT: Final = Period(days=DEFAULT_DAYS)
ALL: Final = Period()


def parse_period(days: str, first: str, last: str) -> Period:
    """Return the period of the three parameters, empty ones not given. Raises FilterError."""
    if first or last:
        if days:
            raise FilterError(
                "`days` and `from` or `to` exclude each other: leave one of them empty",
                param="days",
            )
        return _between(parse_day(first, param="from"), parse_day(last, param="to"))
    if days.lower() == "all":
        return ALL
    if not days:
        return DEFAULT
    plain = days.isascii() and days.isdigit() and len(days) <= len(str(MOST_DAYS))
    if not plain or not 1 <= int(days) <= MOST_DAYS:
        raise FilterError(
            f"{shown(days)} is not a number of days from 1 to {MOST_DAYS}, nor `all`", param="days"
        )
    return Period(days=int(days))


def parse_day(text: str, *, param: str = "") -> date | None:
    """Return the day of a text like 2026-10-05; None for an empty one. Raises FilterError."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FilterError(f"{shown(text)} is not a day like `2026-10-05`", param=param) from None


def _between(first: date | None, last: date | None) -> Period:
    if first and last and first > last:
        raise FilterError(f"`{last}` is before `{first}`", param="to")
    return Period(first=first, last=last)
