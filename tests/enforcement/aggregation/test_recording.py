"""Intervals that z/OS takes, and others."""

from __future__ import annotations

import pytest

from enforcement.aggregation.errors import IntervalError
from enforcement.aggregation.recording import Recording

HOUR = 3_600_000_000


@pytest.mark.parametrize("minutes", [0, -30, 7, 1_441, 50])
def test_an_interval_divides_the_day(minutes: int) -> None:
    with pytest.raises(IntervalError, match="does not divide the day"):
        Recording(minutes)


def test_the_smf_interval_is_at_most_an_hour() -> None:
    assert Recording.smf(60).minutes == 60
    with pytest.raises(IntervalError, match="at most 60 minutes"):
        Recording.smf(120)


@pytest.mark.parametrize("syncval", ["8:00", "24:00", "08:60", "", "08:00:00"])
def test_a_reference_time_is_a_time_of_day(syncval: str) -> None:
    with pytest.raises(IntervalError, match="is no time of day"):
        Recording.intval(4, syncval)


@pytest.mark.parametrize(
    ("hour", "begin"), [(0, -2), (1, -2), (2, 2), (5, 2), (6, 6), (23, 22), (26, 26)]
)
def test_marks_lie_on_the_reference_time(hour: int, begin: int) -> None:
    assert Recording.intval(4, "02:00").begin_of(hour * HOUR) == begin * HOUR
    assert Recording.intval(4, "22:00").begin_of(hour * HOUR + 1) == begin * HOUR
