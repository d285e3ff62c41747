"""The next time of a trigger: by hand around clock changes, and what holds for all."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.models import Trigger
from analyzer.standing.clock import When, next_time

BERLIN = "Europe/Berlin"
ZONES = ["UTC", BERLIN, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Tokyo"]
CLOCKS = [Trigger.HOURLY, Trigger.DAILY, Trigger.WEEKLY]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("when", "after", "expected"),
    [
        (When("daily", time(6)), "2026-03-01T05:59", "2026-03-01T06:00"),
        (When("daily", time(6)), "2026-03-01T06:00", "2026-03-02T06:00"),
        (When("daily", time(6), zone=BERLIN), "2026-01-15T04:00", "2026-01-15T05:00"),
        (When("daily", time(6), zone=BERLIN), "2026-07-15T03:00", "2026-07-15T04:00"),
        # 2026-03-29: 02:30 is left out in Berlin and moves to 03:30 (summer), 01:30 UTC
        (When("daily", time(2, 30), zone=BERLIN), "2026-03-28T12:00", "2026-03-29T01:30"),
        (When("daily", time(2, 30), zone=BERLIN), "2026-03-29T01:30", "2026-03-30T00:30"),
        # 2026-10-25: 02:30 comes twice in Berlin; only the first one counts, 00:30 UTC
        (When("daily", time(2, 30), zone=BERLIN), "2026-10-24T12:00", "2026-10-25T00:30"),
        (When("daily", time(2, 30), zone=BERLIN), "2026-10-25T00:30", "2026-10-26T01:30"),
        (When("weekly", time(6), 0), "2026-11-24T00:00", "2026-11-30T06:00"),
        (When("weekly", time(6), 1), "2026-11-24T05:00", "2026-11-24T06:00"),
        # Monday 00:30 in Tokyo is still Sunday in UTC
        (When("weekly", time(0, 30), 0, "Asia/Tokyo"), "2026-11-27T00:00", "2026-11-29T15:30"),
        (When("hourly", time(6, 15)), "2026-11-24T09:15", "2026-11-24T10:15"),
        (When("hourly", time(6, 15)), "2026-11-24T09:14:59", "2026-11-24T09:15"),
        # Kathmandu is 5:45 ahead: minute 0 there is minute 15 here
        (When("hourly", time(0), zone="Asia/Kathmandu"), "2026-11-24T09:00", "2026-11-24T09:15"),
        # both hours of the night that has 25
        (When("hourly", time(0, 30), zone=BERLIN), "2026-10-25T00:30", "2026-10-25T01:30"),
    ],
)
def test_the_next_time_by_hand(when: When, after: str, expected: str) -> None:
    assert next_time(when, after=utc(after)) == utc(expected)


def test_an_import_has_no_clock() -> None:
    assert next_time(When(Trigger.IMPORT), after=utc("2026-11-24T09:00")) is None


moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
whens = st.builds(
    When,
    st.sampled_from(CLOCKS),
    st.times().map(lambda found: found.replace(second=0, microsecond=0)),
    st.integers(0, 6),
    st.sampled_from(ZONES),
)


@given(whens, moments)
def test_it_comes_after_and_soon_and_shows_the_asked_time(when: When, after: datetime) -> None:
    found = next_time(when, after=after)
    assert found is not None
    assert found > after
    most = {"hourly": timedelta(hours=2), "daily": timedelta(hours=26), "weekly": timedelta(8)}
    assert found - after <= most[when.trigger]
    local = found.astimezone(ZoneInfo(when.zone))
    if when.trigger == Trigger.HOURLY:
        assert local.minute == when.at.minute
        return
    asked = datetime.combine(local.date(), when.at)
    jump = local.replace(tzinfo=None) - asked
    assert jump in {timedelta(0), timedelta(minutes=30), timedelta(hours=1)}
    if jump:  # the asked time was left out that day
        there = asked.replace(tzinfo=ZoneInfo(when.zone))
        assert there.astimezone(UTC).astimezone(ZoneInfo(when.zone)).replace(tzinfo=None) != asked
    if when.trigger == Trigger.WEEKLY:
        assert local.weekday() == when.weekday


@given(whens, moments, st.floats(0, 1))
def test_nothing_is_left_out_in_between(when: When, after: datetime, part: float) -> None:
    """Asked at any time before it, the next time is the same."""
    found = next_time(when, after=after)
    assert found is not None
    between = after + (found - after) * part
    if between < found:
        assert next_time(when, after=between) == found
