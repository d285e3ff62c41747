"""How large the sample site is, and what its dump came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from smf.encode.summary import V2R3, V2R5, Z32, Shape
from smf.errors import SmfError
from smf.framing import Framing

RELEASES: dict[str, Shape] = {"v2r3": V2R3, "v2r5": V2R5, "zos32": Z32}
"""The releases whose records can be written, oldest first."""
NEWEST = "zos32"
"""The one that counts failed handshakes and says who the server is in subtype 11."""
MIX = "mix"
DEFAULT_SEED = 119
MAX_SESSIONS = 1_000_000
MAX_DAYS = 3_660
MINUTES_PER_DAY = 1_440
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2099, 12, 30)


class SampleSiteError(SmfError):
    """Options that no site can have."""


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What is asked for; equal options give equal bytes.

    The dump holds the records whose header is of the `days` days up to and with `end`. `release`
    is one of `RELEASES` for every system, or `mix`; `detail` adds subtype 11 records. Raises
    `SampleSiteError`.
    """

    end: date
    sessions: int = 400
    days: int = 30
    interval_minutes: int = 30
    seed: int = DEFAULT_SEED
    detail: bool = False
    framing: Framing = Framing.RDW
    release: str = MIX

    def __post_init__(self) -> None:
        if not 1 <= self.sessions <= MAX_SESSIONS:
            raise SampleSiteError(f"a site has 1 to {MAX_SESSIONS} sessions")
        if not 1 <= self.days <= MAX_DAYS:
            raise SampleSiteError(f"a dump covers 1 to {MAX_DAYS} days")
        if self.interval_minutes < 1 or MINUTES_PER_DAY % self.interval_minutes:
            raise SampleSiteError("the interval is of whole minutes and goes into a day")
        if self.seed < 0:
            raise SampleSiteError("the seed is 0 or more")
        if self.release not in (*RELEASES, MIX):
            raise SampleSiteError(f"the release is one of {', '.join(RELEASES)}, {MIX}")
        if self.end > _LAST_DAY or (self.end - _FIRST_DAY).days < self.days:
            raise SampleSiteError(f"the days lie between {_FIRST_DAY} and {_LAST_DAY}")

    @property
    def first_moment(self) -> datetime:
        """When the first recording interval ends, local time: the first day's midnight."""
        return datetime.combine(self.end - timedelta(days=self.days - 1), time())

    @property
    def interval(self) -> timedelta:
        """The length of a recording interval."""
        return timedelta(minutes=self.interval_minutes)

    @property
    def intervals(self) -> int:
        """How many recording intervals the dump covers."""
        return self.days * MINUTES_PER_DAY // self.interval_minutes

    def interval_at(self, day: int, hour: int) -> int:
        """Return the number of the interval that ends at or just before an hour of a day."""
        return (day * MINUTES_PER_DAY + hour * 60) // self.interval_minutes


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """Counts of what was written.

    `sessions` are those with a record; `interval_records` of subtype 12, `connection_records` of
    subtype 11; `event_records` of both (recording switched on or off); `other_records` are of
    other types and subtypes, with the 2 markers.
    """

    sessions: int
    interval_records: int
    connection_records: int
    event_records: int
    other_records: int

    @property
    def records(self) -> int:
        """All of them."""
        return (
            self.interval_records
            + self.connection_records
            + self.event_records
            + self.other_records
        )
