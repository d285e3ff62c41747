"""Of which stacks and days interval records can be made, and why not of the others.

A day has the intervals that begin in it, as in the comparison of details and summaries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from analyzer import history
from analyzer.history import Intervals, RecordedDay
from enforcement.aggregation.recording import Recording
from enforcement.queries import makings

Names = tuple[str, str, str]
HAS: Final = "has interval records already: connections would count twice"
MADE: Final = "its interval records were made before: connections would count twice"
UNDER_WAY: Final = "its interval records are being made or imported"
OWN: Final = "records intervals itself on other days: choose the stack to make those of this one"
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 -- header times are local
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
_LAST_DAY: Final = date.max - 8 * _DAY
_FIRST_DAY: Final = date.min + 8 * _DAY


@dataclass(frozen=True, slots=True)
class Asked:
    """From one day to another, else all in the store; some stacks, else those without."""

    recording: Recording
    from_day: date | None = None
    to_day: date | None = None
    stacks: tuple[Names, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Days of one stack (`key`) that are made, or are `refused` for one reason."""

    key: int
    sysplex: str
    system: str
    stack: str
    refused: str
    days: tuple[date, ...]
    records: int

    @property
    def name(self) -> str:
        """Sysplex, system and stack."""
        return f"{self.sysplex} {self.system} {self.stack}"

    @property
    def words(self) -> str:
        """Its days."""
        return days_words(self.days)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be made, and what is refused."""

    groups: tuple[Group, ...]

    @property
    def made(self) -> tuple[Group, ...]:
        """What would be made."""
        return tuple(one for one in self.groups if not one.refused)

    @property
    def refused(self) -> tuple[Group, ...]:
        """What would not."""
        return tuple(one for one in self.groups if one.refused)

    @property
    def records(self) -> int:
        """Connection records of what would be made."""
        return sum(one.records for one in self.made)

    @property
    def days(self) -> dict[str, list[str]]:
        """The days that would be made, by the key of their stack."""
        return {str(one.key): [day.isoformat() for day in one.days] for one in self.made}


def plan(asked: Asked, *, limit_s: float) -> Plan:
    """Return what would be made of the store as it is. Raises OutOfTimeError."""
    keys, chosen = history.stack_keys(), set(asked.stacks)
    stacks = [key for names, key in keys.items() if not chosen or names in chosen]
    found = history.recorded_days(_intervals(asked), stacks, limit_s=limit_s)
    made, going = makings.days_made(), makings.days_under_way()
    own = {one.key for one in found if one.has_intervals and (one.key, one.day) not in made}
    leaves = set() if chosen else own

    def refused(one: RecordedDay) -> str:
        if (one.key, one.day) in going:
            return UNDER_WAY
        if one.has_intervals:
            return MADE if (one.key, one.day) in made else HAS
        return OWN if one.key in leaves else ""

    told = sorted(((one, refused(one)) for one in found), key=_by_stack)
    return Plan(tuple(_group(rows) for _, rows in groupby(told, key=_by_stack)))


def bounds(recording: Recording, days: Iterable[date]) -> tuple[datetime, datetime]:
    """Return when the first interval that begins in these days begins, and when the last ends."""
    known = sorted(days)
    return _first_of(recording, known[0]), _first_of(recording, known[-1] + _DAY)


def days_words(days: Iterable[date]) -> str:
    """Return days as people write them."""
    known = sorted(days)
    if len(known) == 1:
        return f"{known[0]}"
    if (known[-1] - known[0]).days == len(known) - 1:
        return f"{known[0]} to {known[-1]}"
    return f"{len(known)} days from {known[0]} to {known[-1]}"


def moment(time_us: int) -> datetime:
    """Return a header time (microseconds, local)."""
    return _EPOCH + timedelta(microseconds=time_us)


def _intervals(asked: Asked) -> Intervals:
    recording = asked.recording
    origin = _EPOCH + timedelta(minutes=recording.sync_min)
    first = min(max(asked.from_day or _FIRST_DAY, _FIRST_DAY), _LAST_DAY)
    last = min(max(asked.to_day or _LAST_DAY, _FIRST_DAY), _LAST_DAY)
    ends = _first_of(recording, first), _first_of(recording, last + _DAY)
    return Intervals(recording.minutes, origin, *ends)


def _first_of(recording: Recording, day: date) -> datetime:
    """When the first interval begins that begins on a day."""
    midnight = (datetime.combine(day, time()) - _EPOCH) // _MICROSECOND
    begin = recording.begin_of(midnight)
    return moment(begin if begin == midnight else begin + recording.length_us)


def _by_stack(told: tuple[RecordedDay, str]) -> tuple[str, str, str, int, str]:
    one, refused = told
    return one.sysplex, one.system, one.stack, one.key, refused


def _group(rows: Iterable[tuple[RecordedDay, str]]) -> Group:
    days, reasons = zip(*rows, strict=True)
    first = days[0]
    return Group(
        first.key,
        *(first.sysplex, first.system, first.stack, reasons[0]),
        days=tuple(one.day for one in days),
        records=sum(one.records for one in days),
    )
