"""Counters of an interval: the life counter at its end minus that at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from smf.layout import SUMMARY, load_layout
from tests.builders.golden import load_golden
from tests.builders.reading import put, read_records

COMMON = 140
WIDE, NARROW = 2**64, 2**32
BIGGEST = 2**63 - 1
# Column, key in the layout table, width in bytes.
NARROW_ONES = [("connections", "conn"), ("partial", "partial"), ("short", "short")]
# Worked out by a plain loop over words and multipliers, as `identity/hashing.py` describes it.
FINGERPRINT_12, FINGERPRINT_11 = 2_868_081_846_727_841_523, -6_310_340_063_104_317_943
WIDE_ONES = [(name, name) for name in ("in_bytes", "out_bytes", "in_segs", "out_segs")]


def counted(name: str, key: str, init: int, end: int) -> bytes:
    record = load_golden(name)
    common = int.from_bytes(record[36:40], "big")
    for moment, value in (("init", init), ("end", end)):
        field = load_layout(SUMMARY).field("common", f"{moment}_{key}")
        record = put(record, common + field.offset, value, field.length)
    return record


@pytest.mark.parametrize(("column", "key"), NARROW_ONES)
@pytest.mark.parametrize(
    ("init", "end", "change", "restarted"),
    [
        (0, 0, 0, False),
        (7, 7, 0, False),
        (0, NARROW - 1, NARROW - 1, False),
        (NARROW - 1, 0, 1, True),  # wrapped: one more
        (NARROW - 2**30, 2**30 - 1, 2**31 - 1, True),  # the farthest that counts as a wrap
        (NARROW - 2**30 - 1, 5, 5, True),  # not in its last quarter: it began anew
        (NARROW - 1, 2**30, 2**30, True),  # not in its first quarter: it began anew
        (50, 2, 2, True),  # began anew: the life is the interval's
    ],
)
def test_a_four_byte_counter(
    tmp_path: Path, column: str, key: str, init: int, end: int, change: int, restarted: bool
) -> None:
    batch = read_records(tmp_path, counted("s12_none", key, init, end))
    row = batch.activity.row(0, named=True)
    assert (row[column], row["restarted"]) == (change, restarted)


@pytest.mark.parametrize(("column", "key"), WIDE_ONES)
@pytest.mark.parametrize(
    ("init", "end", "change", "restarted"),
    [
        (5, 5, 0, False),
        (NARROW - 1, NARROW, 1, False),
        (WIDE - 10, WIDE - 1, 9, False),
        (WIDE - 1, 0, 0, True),  # eight bytes never wrap
        (100, 99, 99, True),
        (0, WIDE - 1, BIGGEST, False),  # more than a bigint holds
        (WIDE - 1, WIDE - 2, BIGGEST, True),
    ],
)
def test_an_eight_byte_counter(
    tmp_path: Path, column: str, key: str, init: int, end: int, change: int, restarted: bool
) -> None:
    batch = read_records(tmp_path, counted("s12_none", key, init, end))
    row = batch.activity.row(0, named=True)
    assert (row[column], row["restarted"]) == (change, restarted)


@pytest.mark.parametrize(
    ("init", "end", "change", "restarted"),
    [(38, 55, 17, False), (NARROW - 3, 4, 7, True), (9, 4, 4, True)],
)
def test_failed_handshakes(
    tmp_path: Path, init: int, end: int, change: int, restarted: bool
) -> None:
    batch = read_records(tmp_path, counted("s12_failed_tls", "failed", init, end))
    row = batch.activity.row(0, named=True)
    assert (row["failed"], row["restarted"]) == (change, restarted)


def test_a_release_without_failed_handshakes_has_null_beside_one_that_has_them(
    tmp_path: Path,
) -> None:
    # The bytes behind the shorter common section are another section, not a counter.
    names = ("s12_tls_v2r3", "s12_failed_tls", "s12_tls_42")
    batch = read_records(tmp_path, *(load_golden(name) for name in names))
    assert batch.activity["failed"].to_list() == [None, 17, None]
    assert batch.activity["restarted"].to_list() == [False] * 3


@pytest.mark.parametrize(("written", "level"), [(0, 0), (6, 6), (NARROW - 1, 2**31 - 1)])
def test_active_connections_are_a_level(tmp_path: Path, written: int, level: int) -> None:
    batch = read_records(tmp_path, counted("s12_none", "active", 100, written))
    row = batch.activity.row(0, named=True)
    assert (row["active"], row["restarted"]) == (level, False)


@pytest.mark.parametrize(
    ("value", "duration_us"),
    [
        (0, 0),
        (0xFFF, 0),
        (0x1000, 1),
        (60_000_000 << 12, 60_000_000),
        (86_400_000_000 << 12, 86_400_000_000),
        (WIDE - 1, 2**52 - 1),
    ],
)
def test_bit_51_of_the_duration_is_a_microsecond(
    tmp_path: Path, value: int, duration_us: int
) -> None:
    batch = read_records(tmp_path, put(load_golden("s12_none"), COMMON, value, 8))
    assert batch.activity["duration_us"].to_list() == [duration_us]


def test_the_fingerprint_covers_duration_and_every_counter(tmp_path: Path) -> None:
    whole = load_golden("s12_failed_tls")
    begin = int.from_bytes(whole[36:40], "big")
    # Duration, then all from the first counter to the failed handshakes of 3.2.
    places = [begin, begin + 7, *range(begin + 108, begin + 212)]
    records = [put(whole, place, whole[place] ^ 1, 1) for place in places]
    batch = read_records(tmp_path, whole, whole, *records)
    found = batch.activity["fingerprint"].to_list()
    assert found[0] == found[1]
    assert len(set(found)) == 1 + len(places)


def test_the_fingerprint_leaves_time_and_identity_to_the_session(tmp_path: Path) -> None:
    whole = load_golden("s12_none")
    other_time = put(whole, 6, 1, 4)
    other_port = put(whole, COMMON + 60, 1, 2)
    batch = read_records(tmp_path, whole, other_time, other_port)
    assert batch.activity["fingerprint"].n_unique() == 1
    assert batch.activity["session_index"].to_list() == [0, 0, 1]
    assert batch.activity["local_end"].n_unique() == 2


def test_fingerprints_never_change(tmp_path: Path) -> None:
    # They are stored and compared over years: these numbers are part of the format.
    batch = read_records(tmp_path, load_golden("s12_none"), load_golden("d11_short"))
    assert batch.activity["fingerprint"].to_list() == [FINGERPRINT_12]
    assert batch.connections["fingerprint"].to_list() == [FINGERPRINT_11]
