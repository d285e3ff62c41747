"""Times as SMF writes them, as int64 microseconds since 1970-01-01 00:00.

Header times are local to the system and stay naive here; subtype 11 starts and ends are UTC.
Source: SMF header description (MVS System Management Facilities) and the zERT record layouts.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HUNDREDTHS_PER_DAY = 8_640_000
MICROSECONDS_PER_HUNDREDTH = 10_000
MICROSECONDS_PER_DAY = 86_400_000_000

_EPOCH = date(1970, 1, 1)
_YEAR_STARTS = np.array(
    [(date(1900 + offset, 1, 1) - _EPOCH).days for offset in range(201)], dtype=np.int64
)
_YEAR_LENGTHS = np.diff(_YEAR_STARTS)
_UTC_TIME_DIGITS = 12
_GENERALIZED_DIGITS = 14
_UTC_TIME_PIVOT = 50
"""RFC 5280 4.1.2.5.1: a two-digit year of 50 or more is 19yy, below it 20yy."""


def packed_days(
    packed: NDArray[np.uint32],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return days since 1970 and validity of packed dates `0cyydddF` given as big numbers.

    A wrong digit, sign, century (0 or 1) or day of the year is not valid; its day is 0.
    """
    if len(packed) > 1 and (packed == packed[0]).all():
        days, valid = packed_days(packed[:1])
        return np.repeat(days, len(packed)), np.repeat(valid, len(packed))
    value = packed.astype(np.int64)
    digits = [(value >> shift) & 0xF for shift in range(24, 0, -4)]
    century, tens, ones, hundreds, day_tens, day_ones = digits
    valid = (value >> 25 == 0) & (value & 0xF == 0xF)
    for digit in digits[1:]:
        valid &= digit <= 9
    years = np.where(valid, century * 100 + tens * 10 + ones, 0)
    day = np.where(valid, hundreds * 100 + day_tens * 10 + day_ones, 0)
    valid &= (day >= 1) & (day <= _YEAR_LENGTHS[years])
    return np.where(valid, _YEAR_STARTS[years] + day - 1, 0), valid


def local_microseconds(
    packed: NDArray[np.uint32], hundredths: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return microseconds, validity of the date, validity of the time of day.

    8,640,000 hundredths is accepted: it carries over to the next day's midnight.
    """
    days, date_valid = packed_days(packed)
    time_valid = hundredths <= HUNDREDTHS_PER_DAY
    parts = np.where(time_valid, hundredths, 0).astype(np.int64) * MICROSECONDS_PER_HUNDREDTH
    return days * MICROSECONDS_PER_DAY + parts, date_valid, time_valid


def is_header_time(hundredths: int, packed: int) -> bool:
    """Tell whether a record header's time and date can be real: used to tell framings apart."""
    if hundredths > HUNDREDTHS_PER_DAY or packed >> 25 or packed & 0xF != 0xF:
        return False
    digits = f"{packed >> 4:07x}"
    if not digits.isdecimal():
        return False
    day = int(digits[-3:])
    return bool(1 <= day <= _YEAR_LENGTHS[int(digits[:-3])])


def stck_microseconds(duration: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return microseconds of STCK-format durations: bit 51 is one microsecond."""
    return (duration >> np.uint64(12)).astype(np.int64)


@lru_cache(1 << 10)
def pack_date(day: date) -> bytes:
    """Return `day` (1900 to 2099) as the four bytes `0cyydddF`."""
    of_year = day.timetuple().tm_yday
    return bytes.fromhex(f"0{(day.year - 1900) // 100}{day.year % 100:02d}{of_year:03d}F")


def certificate_time(text: str) -> datetime | None:
    """Return a certificate's `not after` as an aware time, None when blank or not a time.

    Takes UTCTime `YYMMDDhhmmssZ` and GeneralizedTime `YYYYMMDDhhmmssZ` (RFC 5280 4.1.2.5).
    """
    digits = text.removesuffix("Z")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    if len(digits) == _UTC_TIME_DIGITS:
        digits = ("19" if int(digits[:2]) >= _UTC_TIME_PIVOT else "20") + digits
    if len(digits) != _GENERALIZED_DIGITS:
        return None
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
