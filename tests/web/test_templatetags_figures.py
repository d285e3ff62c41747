"""Numbers, sizes and times for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from web.templatetags.figures import DASH, THIN, iso, scaled, size, span, thin


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (999, "999"), (1234567, f"1{THIN}234{THIN}567"), (Decimal(1000), f"1{THIN}000")],
)
def test_digits_are_grouped_by_three(value: int, shown: str) -> None:
    assert thin(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, f"0{THIN}B"),
        (999, f"999{THIN}B"),
        (2400, f"2.4{THIN}KB"),
        (999_999, f"1.0{THIN}MB"),
        (123_456_789, f"123{THIN}MB"),
        (10**21, f"1000{THIN}EB"),
    ],
)
def test_sizes_take_the_largest_unit_below_a_thousand(value: int, shown: str) -> None:
    assert scaled(value) == shown


def test_a_size_carries_its_exact_value_in_the_title() -> None:
    assert f'title="2{THIN}400 bytes"' in size(2400)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.26, f"0.3{THIN}s"),
        (12, f"12{THIN}s"),
        (184, f"3{THIN}min 4{THIN}s"),
        (7500, f"2{THIN}h 5{THIN}min"),
        (timedelta(hours=1), f"1{THIN}h"),
    ],
)
def test_spans_show_two_units_at_most(value: float, shown: str) -> None:
    assert span(value) == shown


def test_local_times_show_no_zone_and_others_do() -> None:
    local = datetime(2026, 10, 5, 23, 30)
    assert iso(local) == "2026-10-05 23:30:00"
    assert iso(local.replace(tzinfo=UTC)) == "2026-10-05 23:30:00Z"
    berlin = timezone(timedelta(hours=2))
    assert iso(local.replace(tzinfo=berlin)) == "2026-10-05 23:30:00+02:00"


def test_nothing_is_shown_as_a_dash() -> None:
    assert [thin(None), scaled(None), span(None), iso(None)] == [DASH] * 4
    assert DASH in size(None)
