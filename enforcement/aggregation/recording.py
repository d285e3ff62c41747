"""Recording intervals: the SMF interval, or INTVAL and SYNCVAL of GLOBALCONFIG ZERT AGGREGATION.

IBM Education Assistant z/OS V2R5, slides 60-61; that INTVAL divides the day is recalled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from enforcement.aggregation.errors import IntervalError

_DAY_MIN, _HOUR_MIN = 1_440, 60
_MINUTE_US = 60_000_000
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Recording:
    """Intervals of `minutes`, one of which begins `sync_min` minutes behind midnight, local time.

    Raises `IntervalError` for a length that does not divide the day.
    """

    minutes: int = 30
    sync_min: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.minutes <= _DAY_MIN or _DAY_MIN % self.minutes:
            raise IntervalError(f"an interval of {self.minutes} minutes does not divide the day")

    @classmethod
    def smf(cls, minutes: int) -> Self:
        """Return the SMF interval: at most an hour."""
        if minutes > _HOUR_MIN:
            raise IntervalError(f"the SMF interval is at most {_HOUR_MIN} minutes")
        return cls(minutes)

    @classmethod
    def intval(cls, hours: int, syncval: str = "00:00") -> Self:
        """Return the intervals of INTVAL `hours` SYNCVAL `hh:mm`."""
        found = _CLOCK.fullmatch(syncval)
        if not found:
            raise IntervalError(f"`{syncval}` is no time of day; write hh:mm")
        return cls(hours * _HOUR_MIN, int(found[1]) * _HOUR_MIN + int(found[2]))

    @property
    def length_us(self) -> int:
        """Length in microseconds."""
        return self.minutes * _MINUTE_US

    def begin_of(self, time: int) -> int:
        """Return when the interval begins that `time` (microseconds, local) lies in."""
        return time - (time - self.sync_min * _MINUTE_US) % self.length_us
