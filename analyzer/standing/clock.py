"""When a trigger is due next: a pure function of the time, the zone and the trigger.

A local time that a clock change leaves out is due as much later as the clock jumps; one that comes
twice is due the first time only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from analyzer.models import Trigger, Weekday

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_HOUR_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class When:
    """A trigger: `at` is a local time of `zone`; of an hourly one only the minute counts."""

    trigger: str
    at: time = time(6)
    weekday: int = Weekday.MONDAY
    zone: str = "UTC"

    @property
    def words(self) -> str:
        """When it runs, to stand inside a sentence."""
        if self.trigger == Trigger.IMPORT:
            return "after each import"
        if self.trigger == Trigger.HOURLY:
            return f"every hour at minute {self.at.minute} ({self.zone})"
        at = f"at {self.at:%H:%M} ({self.zone})"
        if self.trigger == Trigger.DAILY:
            return f"every day {at}"
        return f"every {Weekday(self.weekday).label} {at}"


def next_time(when: When, *, after: datetime) -> datetime | None:
    """Return the first moment after `after`, in UTC; None for a trigger that has no clock."""
    if when.trigger == Trigger.IMPORT:
        return None
    if when.trigger == Trigger.HOURLY:
        return _next_minute(when, after)
    return next(moment for moment in _days(when, after) if moment > after)


def _days(when: When, after: datetime) -> Iterator[datetime]:
    """The moments of the days that fit, from the day before on."""
    zone = ZoneInfo(when.zone)
    day = after.astimezone(zone).date() - _DAY
    while True:
        if when.trigger == Trigger.DAILY or day.weekday() == when.weekday:
            yield _moment(day, when.at, zone)
        day += _DAY


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Of a time that comes twice the first; one that is left out moves behind the gap."""
    return datetime.combine(day, at, tzinfo=zone).replace(fold=0).astimezone(UTC)


def _next_minute(when: When, after: datetime) -> datetime:
    zone = ZoneInfo(when.zone)
    moment = after.astimezone(UTC).replace(second=0, microsecond=0) + _MINUTE
    while missing := (when.at.minute - moment.astimezone(zone).minute) % _HOUR_MINUTES:
        moment += missing * _MINUTE  # again, where the clock changed by half an hour meanwhile
    return moment
