"""Streams that are still being written give what the whole dump gives, in pieces of any size."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from smf.framing import Framing
from smf.live import LiveReader
from smf.reader import DumpReader
from tests.builders.dumps import RECORDS, vbs
from tests.builders.enforcement.records import TLS12, Connection, switched

DATA = b"".join(
    [
        *(Connection(number=one).at(1, one, {"TLS": TLS12}) for one in range(30)),
        switched(6, 40),
        *(Connection(number=one).at(3, 60) for one in range(30, 60)),
    ]
)


def whole(path: Path, data: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
    path.write_bytes(data)
    with DumpReader(path) as reader:
        batches = list(reader)
    return (
        pl.concat([one.connections for one in batches]),
        pl.concat([one.coverage for one in batches]),
    )


@pytest.mark.parametrize("size", [1, 7, 100, 1_000, 1 << 20])
def test_pieces_of_any_size_give_the_same(tmp_path: Path, size: int) -> None:
    reader = LiveReader(Framing.RDW, {})
    found = [reader.feed(DATA[at : at + size]) for at in range(0, len(DATA), size)]
    last = reader.settle()
    assert last is not None
    assert last.records == 1
    found.append(last)
    connections, coverage = whole(tmp_path / "dump", DATA)
    assert pl.concat([one.connections for one in found]).equals(connections)
    assert pl.concat([one.coverage for one in found]).equals(coverage)
    assert sum(one.records for one in found) == 61
    assert not sum(one.rejects for one in found)
    assert reader.waiting == b""


def test_of_a_whole_piece_nothing_waits_unless_it_is_none() -> None:
    reader = LiveReader(Framing.RDW, {})
    assert reader.feed(DATA, is_whole=True).records == 61
    assert (reader.waiting, reader.settle()) == (b"", None)
    half = reader.feed(DATA[:-9], is_whole=True)
    assert (half.records, half.rejects) == (59, 0), "as without the word for it"
    assert reader.feed(DATA[-9:], is_whole=True).records == 2
    assert reader.offset == 2 * len(DATA)


def test_half_a_record_waits() -> None:
    reader = LiveReader(Framing.RDW, {})
    reader.feed(DATA[:100])
    assert reader.settle() is None
    assert reader.waiting == DATA[:100]
    last = reader.end()
    assert (last.records, last.rejects) == (0, 1)
    assert reader.waiting == b""


def test_what_waits_can_be_kept() -> None:
    data = vbs(RECORDS, 2_000)
    whole_one, one = LiveReader(Framing.VBS, {}), LiveReader(Framing.VBS, {})
    expected = whole_one.feed(data).records + whole_one.end().records
    found = 0
    for at in range(0, len(data), 500):
        found += one.feed(data[at : at + 500]).records
        one = LiveReader(Framing.VBS, {}, one.waiting, one.block_end)
    assert found + one.end().records == expected > 0
