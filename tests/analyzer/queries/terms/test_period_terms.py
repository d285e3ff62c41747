"""Periods: what is taken, in which words, and what is refused with which message."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from analyzer.queries.terms.period import ALL, DEFAULT, Period, parse_period
from analyzer.queries.terms.term import FilterError

ARABIC = "\u0661\u0662"


@pytest.mark.parametrize(
    ("given", "period", "words"),
    [
        (("", "", ""), DEFAULT, "the last 30 days"),
        (("7", "", ""), Period(days=7), "the last 7 days"),
        (("1", "", ""), Period(days=1), "the last day"),
        (("0030", "", ""), DEFAULT, "the last 30 days"),
        (("ALL", "", ""), ALL, "all days"),
        (("", "2026-03-01", ""), Period(first=date(2026, 3, 1)), "from 2026-03-01 on"),
        (("", "", "2026-03-01"), Period(last=date(2026, 3, 1)), "up to 2026-03-01"),
        (
            ("", "2026-03-01", "20260305"),
            Period(first=date(2026, 3, 1), last=date(2026, 3, 5)),
            "2026-03-01 to 2026-03-05",
        ),
        (
            ("", "2026-03-01", "2026-03-01"),
            Period(first=date(2026, 3, 1), last=date(2026, 3, 1)),
            "2026-03-01",
        ),
        (
            ("", "2026-03-01T08:30", "2026-03-02 17:00"),
            Period(None, date(2026, 3, 1), date(2026, 3, 2), time(8, 30), time(17)),
            "2026-03-01 08:30 to 2026-03-02 17:00",
        ),
        (
            ("", "2026-03-01T08:30:00", "2026-03-01t08:30"),
            Period(None, date(2026, 3, 1), date(2026, 3, 1), time(8, 30), time(8, 30)),
            "2026-03-01 08:30",
        ),
        # The minutes that begin and end a day say no more than the day.
        (
            ("", "2026-03-01T00:00", "2026-03-01T23:59"),
            Period(first=date(2026, 3, 1), last=date(2026, 3, 1)),
            "2026-03-01",
        ),
    ],
)
def test_a_period_is_read_and_said(given: tuple[str, str, str], period: Period, words: str) -> None:
    assert parse_period(*given) == period
    assert period.words == words


@pytest.mark.parametrize(
    ("given", "param", "message"),
    [
        (("0", "", ""), "days", "`0` is not a number of days from 1 to 3660, nor `all`"),
        (("3661", "", ""), "days", "`3661` is not a number of days from 1 to 3660, nor `all`"),
        (("-1", "", ""), "days", "`-1` is not a number"),
        (("1.5", "", ""), "days", "`1.5` is not a number"),
        ((ARABIC, "", ""), "days", f"`{ARABIC}` is not a number"),
        (("0" * 9 + "1" * 20, "", ""), "days", "is not a number"),
        (("000000001" + "9" * 5000, "", ""), "days", "is not a number"),
        (("7", "2026-03-01", ""), "days", "`days` and `from` or `to` exclude each other"),
        (("", "yesterday", ""), "from", "`yesterday` is not a day like `2026-10-05`"),
        (("", "2026-03-01", "2026-02-30"), "to", "`2026-02-30` is not a day like `2026-10-05`"),
        (("", "", "2026-3-1"), "to", "`2026-3-1` is not a day"),
        (("", "2026-03-01T24:00", ""), "from", "nor a minute of it like `2026-10-05T08:30`"),
        (("", "2026-03-01T08:30:15", ""), "from", "`2026-03-01T08:30:15` is not a day"),
        (("", "2026-03-01T08:30Z", ""), "from", "`2026-03-01T08:30Z` is not a day"),
        (("", "2026-03-01T08:30+01:00", ""), "from", "nor a minute of it"),
        (("", f"2026-03-01T{ARABIC}:30", ""), "from", "nor a minute of it"),
        (
            ("", "2026-03-01T08:30", "2026-03-01T08:29"),
            "to",
            "`2026-03-01 08:29` is before `2026-03-01 08:30`",
        ),
        (("", "2026-03-02", "2026-03-01"), "to", "`2026-03-01` is before `2026-03-02`"),
    ],
)
def test_another_period_is_refused_at_its_parameter(
    given: tuple[str, str, str], param: str, message: str
) -> None:
    with pytest.raises(FilterError, match=re.escape(message)) as found:
        parse_period(*given)
    assert found.value.param == param


def test_the_default_period_needs_no_parameter() -> None:
    assert DEFAULT.to_params() == {}
    assert Period(days=7).to_params() == {"days": ["7"]}
    assert ALL.to_params() == {"days": ["all"]}
    assert Period(last=date(2026, 3, 1)).to_params() == {"to": ["2026-03-01"]}
    cut = parse_period("", "2026-03-01 08:30", "2026-03-02")
    assert cut.to_params() == {"from": ["2026-03-01T08:30"], "to": ["2026-03-02"]}


@pytest.mark.parametrize("text", ["9999-12-31", "9999-12-31T12:00", "0001-01-01T00:01"])
def test_the_first_and_the_last_day_of_all_are_days(text: str) -> None:
    for given in (("", text, ""), ("", "", text), ("", text, text)):
        assert parse_period(*given).to_params()


@pytest.mark.parametrize(
    ("given", "phrase"),
    [
        (("", "", ""), "in the last 30 days"),
        (("1", "", ""), "in the last day"),
        (("all", "", ""), "on all days"),
        (("", "2026-03-01", ""), "from 2026-03-01 on"),
        (("", "", "2026-03-01T08:30"), "up to 2026-03-01 08:30"),
        (("", "2026-03-01", "2026-03-01"), "on 2026-03-01"),
        (("", "2026-03-01T08:30", "2026-03-01T08:30"), "at 2026-03-01 08:30"),
        (("", "2026-03-01", "2026-03-02T17:00"), "from 2026-03-01 to 2026-03-02 17:00"),
    ],
)
def test_a_period_stands_inside_a_sentence(given: tuple[str, str, str], phrase: str) -> None:
    assert parse_period(*given).phrase == phrase
