"""Times as SMF writes them: packed dates, hundredths, STCK durations, certificates' times."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf.times import (
    certificate_time,
    is_header_time,
    local_microseconds,
    pack_date,
    packed_days,
    stck_microseconds,
)

DAY_US = 86_400_000_000
EPOCH = date(1970, 1, 1)


def days(*packed: int) -> list[int | None]:
    found, valid = packed_days(np.array(packed, np.uint32))
    return [int(day) if good else None for day, good in zip(found, valid, strict=True)]


@pytest.mark.parametrize(
    ("packed", "day"),
    [
        (0x0070001F, date(1970, 1, 1)),
        (0x0000001F, date(1900, 1, 1)),
        (0x0099365F, date(1999, 12, 31)),
        (0x0100001F, date(2000, 1, 1)),
        (0x0100366F, date(2000, 12, 31)),
        (0x0124060F, date(2024, 2, 29)),
        (0x0126278F, date(2026, 10, 5)),
        (0x0199365F, date(2099, 12, 31)),
    ],
)
def test_a_packed_date_is_a_day(packed: int, day: date) -> None:
    assert days(packed) == [(day - EPOCH).days]
    assert pack_date(day) == packed.to_bytes(4, "big")
    assert is_header_time(0, packed)


@pytest.mark.parametrize(
    "packed",
    [
        0x00000000,
        0x0126278C,  # another sign
        0x01262780,
        0x0226278F,  # a third century
        0x1126278F,  # a digit before the century
        0x012A278F,  # not a digit, in each place
        0x01A6278F,
        0x0126A78F,
        0x01262A8F,
        0x012627AF,
        0x0126000F,  # days 0, 366 and 367 of a year of 365, 367 of one of 366
        0x0126366F,
        0x0126367F,
        0x0124367F,
        0x0000366F,  # 1900 had no leap day
        0x0126999F,
        0xFFFFFFFF,
    ],
)
def test_what_is_no_packed_date_is_not_valid(packed: int) -> None:
    found, valid = packed_days(np.array([packed], np.uint32))
    assert (found.tolist(), valid.tolist()) == ([0], [False])
    assert not is_header_time(0, packed)


def test_one_bad_date_leaves_its_neighbours_alone() -> None:
    assert days(0x0126278F, 0x0126A78F, 0x0126279F) == [20_731, None, 20_732]


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_packed_and_read_back(day: date) -> None:
    packed = int.from_bytes(pack_date(day), "big")
    assert days(packed) == [(day - EPOCH).days]


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_one_record_and_a_column_are_judged_alike(hundredths: int, packed: int) -> None:
    times, date_valid, time_valid = local_microseconds(
        np.array([packed], np.uint32), np.array([hundredths], np.uint32)
    )
    assert is_header_time(hundredths, packed) == bool(date_valid[0] and time_valid[0])
    assert len(times) == 1


@pytest.mark.parametrize(
    ("hundredths", "microseconds", "valid"),
    [
        (0, 0, True),
        (1, 10_000, True),
        (8_639_999, DAY_US - 10_000, True),
        (8_640_000, DAY_US, True),  # midnight's edge carries over
        (8_640_001, 0, False),
        (2**32 - 1, 0, False),
    ],
)
def test_hundredths_since_midnight(hundredths: int, microseconds: int, valid: bool) -> None:
    times, date_valid, time_valid = local_microseconds(
        np.array([0x0126278F], np.uint32), np.array([hundredths], np.uint32)
    )
    assert times.tolist() == [20_731 * DAY_US + microseconds]
    assert (date_valid.tolist(), time_valid.tolist()) == ([True], [valid])
    assert is_header_time(hundredths, 0x0126278F) is valid


def test_the_last_midnight_of_a_year_is_the_next_year() -> None:
    times, _, _ = local_microseconds(
        np.array([0x0126365F], np.uint32), np.array([8_640_000], np.uint32)
    )
    assert times.astype("M8[us]").tolist() == [datetime(2027, 1, 1)]


def test_bit_51_of_a_stck_duration_is_a_microsecond() -> None:
    values = [0, 0xFFF, 0x1000, 0x6B49D200000, 2**64 - 1]
    found = stck_microseconds(np.array(values, np.uint64))
    assert found.tolist() == [0, 0, 1, 1_800_000_000, 2**52 - 1]
    assert found.dtype == np.int64


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("261224000000Z", datetime(2026, 12, 24, tzinfo=UTC)),
        ("491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),  # RFC 5280: 50 is 1950
        ("20501231235959Z", datetime(2050, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("261224000000", datetime(2026, 12, 24, tzinfo=UTC)),
        ("", None),
        ("0000000000000", None),
        ("000000000000Z", None),
        ("261324000000Z", None),
        ("260230000000Z", None),
        ("261224240000Z", None),
        ("20261224235960Z", None),
        ("26122400000Z", None),
        ("261224000000+", None),
        ("٢٦١٢٢٤٠٠٠٠٠٠Z", None),
        ("not a time at all", None),
    ],
)
def test_certificate_times(text: str, time: datetime | None) -> None:
    assert certificate_time(text) == time
