"""Windows of any size find the same; unreadable stretches of any length are gone over."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from smf.errors import Rejected
from smf.framing import Framing, Window, walk
from tests.builders import dumps
from tests.builders.dumps import RECORDS
from tests.builders.golden import load_golden

STRETCH = 524_288
SIGHT = 2 * STRETCH
FILLER = load_golden("other_type_30")
LONG = (30_000).to_bytes(2, "big") + FILLER[2:] + bytes(range(100)) * 300
LONG = LONG[:30_000]
BODIES = [record[4:] for record in RECORDS]
WRITERS = {
    "rdw": (Framing.RDW, dumps.rdw_stream),
    "segments": (Framing.RDW, dumps.segment_stream),
    "vbs": (Framing.VBS, lambda records: dumps.vbs(records, 4_096)),
    "vbs of small blocks": (Framing.VBS, lambda records: dumps.vbs(records, 300)),
    "whole records": (Framing.BDW_RDW, lambda records: dumps.blocks(records, 32_000)),
    "zosmf": (Framing.ZOSMF, dumps.zosmf),
}


@dataclass
class Seen:
    """What windows one after the other gave; records without RDW."""

    records: list[bytes] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    rejects: list[Rejected] = field(default_factory=list)
    tail: Rejected | None = None
    windows: int = 0


def seen(data: bytes, framing: Framing, size: int) -> Seen:
    """Walks window by window, each as long as needed, as the reader does."""
    found, base, block_end, end = Seen(), 0, 0, min(size, len(data))
    while True:
        window = Window(data[base:end], end - base, base, end == len(data))
        step = walk(window, framing, block_end=block_end - base, record_number=len(found.offsets))
        for start, length in zip(step.starts.tolist(), step.lengths.tolist(), strict=True):
            found.records.append(step.data[start + 4 : start + length].tobytes())
        found.offsets += step.offsets.tolist()
        found.rejects += step.rejects
        found.tail = step.tail
        found.windows += 1
        if window.eof:
            return found
        block_end = base + step.block_end
        base += step.position
        end = min(len(data), end + max(size, end - base))


def damaged(data: bytes, seed: int) -> bytes:
    """The dump with a few bytes wrong, a hole, and junk."""
    dice, out = random.Random(seed), bytearray(data)
    for _ in range(3):
        place = dice.randrange(len(out))
        out[place] = dice.randrange(256)
        place = dice.randrange(len(out))
        del out[place : place + dice.randrange(300)]
        place = dice.randrange(len(out))
        out[place:place] = dice.randbytes(dice.randrange(300))
    return bytes(out)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", WRITERS)
def test_windows_of_any_size_find_the_same_in_a_damaged_dump(name: str, seed: int) -> None:
    framing, write = WRITERS[name]
    small = write(RECORDS * 2)
    data = damaged(small, seed) + write([LONG] * 40) + damaged(small, seed + 100)
    assert len(data) > SIGHT
    whole = seen(data, framing, len(data))
    assert whole.windows == 1
    assert len(whole.records) > 60
    for size in (2_000, 70_000, 1_100_000):
        found = seen(data, framing, size)
        assert found.windows > 1
        found.windows = 1
        assert found == whole


@pytest.mark.parametrize("name", WRITERS)
def test_windows_of_one_byte_find_the_same(name: str) -> None:
    framing, write = WRITERS[name]
    data = write(RECORDS)
    found = seen(data, framing, 1)
    assert found.windows > 5
    assert found.records == BODIES
    assert (found.rejects, found.tail) == ([], None)


@pytest.mark.parametrize("count", [1, 15, 16, 17, 48])
def test_windows_may_end_wherever_a_run_of_records_does(count: int) -> None:
    # What looks like a record, but has no header, and a length that leads into the next.
    odd = b"\0\x40\0\0" + bytes(28)
    data = FILLER * count + odd + FILLER * 5 + LONG * 40
    whole = seen(data, Framing.RDW, len(data))
    assert len(whole.records) == count + 45
    assert [(one.offset, one.length) for one in whole.rejects] == [(48 * count, 32)]
    for size in (700, 48 * count + 40, 48 * count + 100):
        found = seen(data, Framing.RDW, size)
        assert (found.rejects, found.offsets) == (whole.rejects, whole.offsets)


def test_segments_without_their_first_are_one_reject_in_any_window() -> None:
    _, middle, last = dumps.segments(LONG, [10_000, 10_000])
    data = middle + last + FILLER * 3
    for size in (1, 12_000, len(data)):
        found = seen(data, Framing.RDW, size)
        assert [one.length for one in found.rejects] == [len(middle) + len(last)]
        assert found.records == [FILLER[4:]] * 3


@pytest.mark.parametrize("name", WRITERS)
def test_a_long_unreadable_stretch_is_rejected_in_pieces(name: str) -> None:
    framing, write = WRITERS[name]
    junk = random.Random(7).randbytes(3 * SIGHT)
    before, after = write(RECORDS), write(RECORDS)
    whole = seen(before + junk + after, framing, 1 << 30)
    assert whole.records == BODIES * 2
    assert max(one.length for one in whole.rejects) == STRETCH
    assert sum(one.length for one in whole.rejects) == len(junk)
    assert {one.reason for one in whole.rejects} == {"framing_lost"}
    assert seen(before + junk + after, framing, 600_000).rejects == whole.rejects


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_the_end_of_the_stream_is_looked_at_alike_at_the_edge_of_sight(extra: int) -> None:
    junk = bytes(SIGHT + extra - len(FILLER))
    data = RECORDS[0] + junk + FILLER
    whole = seen(data, Framing.RDW, len(data))
    assert whole.records == [RECORDS[0][4:], FILLER[4:]]
    assert seen(data, Framing.RDW, 300_000).rejects == whole.rejects


def test_the_last_record_of_a_window_waits_for_what_follows() -> None:
    data = b"".join(RECORDS[:3])
    two = len(RECORDS[0]) + len(RECORDS[1])
    open_end = walk(Window(data, two, 0, eof=False), Framing.RDW)
    assert (open_end.offsets.tolist(), open_end.position) == ([0], len(RECORDS[0]))
    at_end = walk(Window(data, two, 0, eof=True), Framing.RDW)
    assert (at_end.offsets.tolist(), at_end.position) == ([0, len(RECORDS[0])], two)


def test_padding_behind_the_window_is_used_without_a_copy() -> None:
    data = bytearray(FILLER * 3 + bytes(2_000))
    found = walk(Window(data, 3 * len(FILLER), 0, eof=True), Framing.RDW)
    assert len(found.starts) == 3
    data[4] = 7
    assert found.data[4] == 7
    del found
