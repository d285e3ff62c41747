"""Batches of any size give the same, and reading goes on from the position of any of them."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from smf.batch import Position
from smf.errors import CodePageError
from smf.reader import DumpReader, ReadOptions
from tests.builders import dumps
from tests.builders.dumps import FRAMED, RECORDS, WRAPPED
from tests.builders.found import Found, joined, read, read_from_every_position, together
from tests.builders.golden import load_golden

LONG = (30_000).to_bytes(2, "big") + load_golden("other_type_30")[2:].ljust(29_998, b"\x40")
SIZES = [1, 7, 64, 300, 1_000, 1 << 20]
PLACES = {
    **{name: data for name, (_, data) in FRAMED.items()},
    **{name: data for name, (_, data) in WRAPPED.items()},
}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return tmp_path / "dump"


def damaged(write) -> bytes:
    """Records, a hole, a megabyte of other records, junk, records and a cut one."""
    small = write(RECORDS)
    holed = small[:900] + small[1_000:]
    return holed + write([LONG] * 100) + random.Random(4).randbytes(2_000) + small[:-9]


DAMAGED = {
    "rdw": damaged(dumps.rdw_stream),
    "segments": damaged(dumps.segment_stream),
    "vbs": damaged(lambda records: dumps.vbs(records, 1_000)),
    "whole records": damaged(lambda records: dumps.blocks(records, 32_000)),
    "zosmf": damaged(dumps.zosmf),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PLACES)
def test_batches_of_any_size_give_the_same(dump: Path, name: str, size: int) -> None:
    dump.write_bytes(PLACES[name])
    whole = read(dump)
    assert (whole.records, whole.rejects) == (len(RECORDS), [])
    assert read(dump, ReadOptions(batch_bytes=size)) == whole


@pytest.mark.parametrize("size", [900, 70_000, 1_200_000])
@pytest.mark.parametrize("name", DAMAGED)
def test_batches_of_any_size_give_the_same_of_a_damaged_dump(
    dump: Path, name: str, size: int
) -> None:
    dump.write_bytes(DAMAGED[name])
    whole = read(dump, ReadOptions(batch_bytes=1 << 24))
    assert whole.rejects
    assert whole.tail is not None
    assert whole.records > 60
    assert read(dump, ReadOptions(batch_bytes=size)) == whole


@pytest.mark.parametrize("name", PLACES)
def test_reading_goes_on_from_every_batch(dump: Path, name: str) -> None:
    dump.write_bytes(PLACES[name])
    whole = read(dump)
    pairs = list(read_from_every_position(dump, ReadOptions(batch_bytes=300)))
    for before, after in pairs:
        assert together(before, after) == whole


@pytest.mark.parametrize("name", DAMAGED)
def test_reading_goes_on_from_every_batch_of_a_damaged_dump(dump: Path, name: str) -> None:
    dump.write_bytes(DAMAGED[name])
    whole = read(dump)
    pairs = list(read_from_every_position(dump, ReadOptions(batch_bytes=120_000)))
    assert len(pairs) >= 3
    for before, after in pairs:
        assert together(before, after) == whole


@pytest.mark.parametrize("wrapper", ["gzip", "zstd frames", "pack", "spack in gzip in zstd"])
def test_reading_goes_on_within_a_long_wrapped_dump(dump: Path, wrapper: str) -> None:
    long = b"".join(RECORDS) * 45
    wrap = {
        "gzip": lambda data: dumps.gzip_members(data, 50_000),
        "zstd frames": lambda data: dumps.zstd_frames(data, 30_000),
        "pack": lambda data: dumps.packed(data, "PACK"),
        "spack in gzip in zstd": lambda data: dumps.zstd_frames(
            dumps.gzip_members(dumps.packed(data, "SPACK"), 1_000), 777
        ),
    }[wrapper]
    dump.write_bytes(wrap(long))
    whole = read(dump)
    assert (whole.records, whole.rejects) == (45 * len(RECORDS), [])
    pairs = list(read_from_every_position(dump, ReadOptions(batch_bytes=30_000)))
    assert len(pairs) >= 2
    for before, after in pairs:
        assert together(before, after) == whole


def test_a_position_survives_json() -> None:
    position = Position(offset=5_000_000_000, record_number=12_345_678, block_end=5_000_027_998)
    assert Position.from_json(json.loads(json.dumps(position.as_json()))) == position
    assert Position.from_json({}) == Position() == Position(0, 0, 0)


def test_a_position_within_a_block_knows_its_end(dump: Path) -> None:
    dump.write_bytes(dumps.block(*[LONG] * 12, extended=True) + dumps.block(*RECORDS))
    with DumpReader(dump, ReadOptions(batch_bytes=1)) as reader:
        first = next(iter(reader)).position
    # 131,072 bytes hold four long records; the last of them waits for what follows.
    assert first == Position(4 + 3 * 30_000, 3, 4 + 12 * 30_000)
    whole, rest = read(dump), read(dump, ReadOptions(start=first, batch_bytes=1_000))
    assert whole.records == rest.records + 3 == 12 + len(RECORDS)
    assert rest.position == whole.position


def test_a_reader_at_the_end_finds_nothing_more(dump: Path) -> None:
    dump.write_bytes(b"".join(RECORDS))
    end = read(dump).position
    assert end == Position(dump.stat().st_size, len(RECORDS), 0)
    with DumpReader(dump, ReadOptions(start=end)) as reader:
        (batch,) = reader
    assert (batch.records, batch.rejects, batch.tail, batch.position) == (0, [], None, end)
    assert joined([batch]) == replace(Found(), position=end)


def test_a_reader_gives_its_batches_once_and_none_when_closed(dump: Path) -> None:
    dump.write_bytes(b"".join(RECORDS) * 100)
    with DumpReader(dump, ReadOptions(batch_bytes=70_000)) as reader:
        assert len(list(reader)) > 3
        assert list(reader) == []
        assert reader.consumed_bytes == reader.size_bytes == len(b"".join(RECORDS)) * 100
    with DumpReader(dump, ReadOptions(batch_bytes=70_000)) as reader:
        next(iter(reader))
        assert 0 < reader.consumed_bytes < reader.size_bytes
        reader.close()
        assert list(reader) == []


def test_sessions_and_protections_come_once(dump: Path) -> None:
    dump.write_bytes(b"".join(RECORDS) * 100)
    with DumpReader(dump, ReadOptions(batch_bytes=70_000)) as reader:
        batches = list(reader)
    assert len(batches) > 3
    # The five interval records are of as many sessions.
    assert sum(batch.sessions.height for batch in batches) == dumps.INTERVALS
    assert sum(batch.activity.height for batch in batches) == 100 * dumps.INTERVALS
    known = [one for batch in batches for one in batch.protections["protection_index"].to_list()]
    assert len(known) == len(set(known))


def test_rejects_of_framing_and_decoder_come_in_order_with_their_record_numbers(
    dump: Path,
) -> None:
    good, cut = load_golden("s12_none"), load_golden("s12_none")[:60]
    short = (60).to_bytes(2, "big") + cut[2:]
    dump.write_bytes(b"".join([good, short, b"\xff" * 30, good, short, good]))
    found = read(dump)
    assert [(one.offset, one.record_number) for one in found.rejects] == [
        (344, 2),
        (404, 3),
        (778, 4),
    ]
    assert [one.record_type for one in found.rejects] == [119, None, 119]
    assert len(found.intervals) == 3
    assert found.records == 5


def test_an_unknown_code_page_is_refused_before_the_file_is_opened(tmp_path: Path) -> None:
    options = ReadOptions(code_pages={("PLEXA", "SYSA"): "latin-1"})
    with pytest.raises(CodePageError) as raised:
        DumpReader(tmp_path / "none", options)
    assert raised.value.code_page == "latin-1"
