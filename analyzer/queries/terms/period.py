"""When: the last days in the store, from one day or minute to another, or all.

A record counts at the end of its interval, in the local time of its system. Both ends are
included: a day as a whole, a minute as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from analyzer.queries.terms.term import FilterError, shown

DEFAULT_DAYS: Final = 30
MOST_DAYS: Final = 3660
PARAMS: Final = ("days", "from", "to")
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_MOMENT: Final = re.compile(r"(\S+?)[T ](\d\d):(\d\d)(?::00)?", re.ASCII | re.IGNORECASE)
_LAST: Final = datetime.combine(date.max, time.max)
_LAST_MINUTE: Final = time(23, 59)


@dataclass(frozen=True, slots=True)
class Period:
    """`days` counts back from the latest day in the store; without anything: all days.

    `first_minute` and `last_minute` cut the first and the last day; None is the whole day.
    """

    days: int | None = None
    first: date | None = None
    last: date | None = None
    first_minute: time | None = None
    last_minute: time | None = None

    @property
    def words(self) -> str:
        """The period by itself."""
        if self.days is not None:
            return "the last day" if self.days == 1 else f"the last {self.days} days"
        first, last = self._ends
        if first and last:
            return f"{first} to {last}" if first != last else first
        if first:
            return f"from {first} on"
        return f"up to {last}" if last else "all days"

    @property
    def phrase(self) -> str:
        """The period inside a sentence."""
        first, last = self._ends
        if self.days is not None:
            return f"in {self.words}"
        if first and last and first != last:
            return f"from {first} to {last}"
        if first and last:
            return f"at {first}" if self.first_minute else f"on {first}"
        return self.words if first or last else f"on {self.words}"

    @property
    def begin(self) -> datetime | None:
        """The first moment that counts; None for an open or relative one."""
        return datetime.combine(self.first, self.first_minute or time.min) if self.first else None

    @property
    def end(self) -> datetime | None:
        """The first moment that no longer counts; None for an open or relative one."""
        return _end(self.last, self.last_minute) if self.last else None

    def to_params(self) -> dict[str, list[str]]:
        """The period as parameters of an address; the default has none."""
        if self == DEFAULT:
            return {}
        if self.days is not None:
            return {"days": [str(self.days)]}
        first, last = (text.replace(" ", "T") for text in self._ends)
        return {name: [text] for name, text in (("from", first), ("to", last)) if text} or {
            "days": ["all"]
        }

    @property
    def _ends(self) -> tuple[str, str]:
        return _written(self.first, self.first_minute), _written(self.last, self.last_minute)


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
        return _between(_parse(first, param="from"), _parse(last, param="to"))
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


def _parse(text: str, *, param: str) -> tuple[date | None, time | None]:
    """Return the day and the minute, None for one that is not given."""
    found = _MOMENT.fullmatch(text)
    try:
        if found is None:
            return (date.fromisoformat(text) if text else None), None
        day, hour, minute = found.groups()
        return date.fromisoformat(day), time(int(hour), int(minute))
    except ValueError:
        forms = "is not a day like `2026-10-05`, nor a minute of it like `2026-10-05T08:30`"
        raise FilterError(f"{shown(text)} {forms}", param=param) from None


def _between(
    first: tuple[date | None, time | None], last: tuple[date | None, time | None]
) -> Period:
    """Return the period; a minute that begins or ends its day says no more than the day."""
    first_day, first_minute = first
    last_day, last_minute = last
    found = Period(
        first=first_day,
        last=last_day,
        first_minute=None if first_minute == time.min else first_minute,
        last_minute=None if last_minute == _LAST_MINUTE else last_minute,
    )
    begin, end = found.begin, found.end
    if begin and end and begin >= end:
        ends = _written(*first), _written(*last)
        raise FilterError(f"`{ends[1]}` is before `{ends[0]}`", param="to")
    return found


def day_after(day: date) -> datetime:
    """Return the midnight that ends a day; the last moment of all for the last day of all."""
    return datetime.combine(day, time.min) + _DAY if day < date.max else _LAST


def _end(day: date, minute: time | None) -> datetime:
    """Return the moment after a day or after a minute."""
    return datetime.combine(day, minute) + _MINUTE if minute else day_after(day)


def _written(day: date | None, minute: time | None) -> str:
    if day is None:
        return ""
    return f"{day} {minute:%H:%M}" if minute else str(day)
