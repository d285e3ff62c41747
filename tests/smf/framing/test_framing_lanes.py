"""Lanes give what following the chain gives, whatever their guesses are worth."""

from __future__ import annotations

import random

import pytest

from smf.framing import Framing, Window
from smf.framing.lanes import run_lanes
from tests.builders import dumps
from tests.builders.dumps import RECORDS
from tests.smf.framing.test_framing_windows import damaged, seen

MANY = 4_000
DATED = slice(10, 18)
"""Date and system in a record, counted from its RDW."""


def many(seed: int) -> list[bytes]:
    """Records of many lengths, as a stream has them one behind the other."""
    dice = random.Random(seed)
    return [dice.choice(RECORDS) for _ in range(MANY)]


def chain(data: bytes, begin: int, count: int) -> list[int]:
    """The starts of records, one after the other by their RDW."""
    starts = [begin]
    for _ in range(count):
        starts.append(starts[-1] + int.from_bytes(data[starts[-1] : starts[-1] + 2], "big"))
    return starts


def lanes(data: bytes, begin: int = 0, cap: int = MANY) -> list[int]:
    return run_lanes(Window(data, len(data), 0, eof=False), begin, cap)


@pytest.mark.parametrize("seed", range(4))
def test_they_go_through_nearly_all_records_and_miss_none(seed: int) -> None:
    data = dumps.rdw_stream(many(seed))
    found = lanes(data)
    assert found == chain(data, 0, len(found) - 1)
    assert found[-1] > len(data) - 40_000


def test_they_begin_where_they_are_told_and_take_no_more_than_asked() -> None:
    data = dumps.rdw_stream(many(1))
    begin = chain(data, 0, 700)[-1]
    assert lanes(data, begin, 1_000) == chain(data, begin, 1_000)


def test_a_wrong_length_ends_them_before_it() -> None:
    data = bytearray(dumps.rdw_stream(many(2)))
    starts = chain(bytes(data), 0, MANY - 1)
    wrong = starts[2_000]
    data[wrong : wrong + 2] = (int.from_bytes(data[wrong : wrong + 2], "big") + 1).to_bytes(
        2, "big"
    )
    found = lanes(bytes(data))
    assert found[-1] <= wrong
    assert found == starts[: len(found)]
    assert found[-1] > wrong - 40_000


def test_a_segment_ends_them_before_it() -> None:
    data = bytearray(dumps.rdw_stream(many(3)))
    starts = chain(bytes(data), 0, MANY - 1)
    data[starts[2_000] + 2] = 1
    found = lanes(bytes(data))
    assert found == starts[: len(found)]
    assert starts[2_000] - 40_000 < found[-1] <= starts[2_000]


def test_what_looks_like_a_record_inside_of_one_is_not_taken_for_one() -> None:
    filler = RECORDS[0]
    bait = filler[DATED] * 400
    long = (len(filler) + len(bait)).to_bytes(2, "big") + filler[2:] + bait
    data = dumps.rdw_stream([filler, *[long] * 400])
    found = lanes(data)
    assert found == chain(data, 0, len(found) - 1)


def test_without_a_guess_they_leave_all_to_the_plain_loop() -> None:
    one, other = RECORDS[0], RECORDS[0][:14] + b"ZZZZ" + RECORDS[0][18:]
    data = dumps.rdw_stream([one, *[other] * MANY])
    assert lanes(data) == [0]
    assert lanes(dumps.rdw_stream([one] * 10)) == [0]


@pytest.mark.parametrize("seed", range(12))
def test_one_long_window_finds_what_short_ones_find_in_a_damaged_dump(seed: int) -> None:
    data = damaged(dumps.rdw_stream(many(seed)), seed)
    whole, short = (seen(data, Framing.RDW, size) for size in (len(data), 1 << 16))
    assert short.windows > 3
    assert whole.offsets == short.offsets
    assert whole.records == short.records
    assert whole.rejects == short.rejects
    assert whole.tail == short.tail
