"""Damaged wrappers: what came before is read, then the damage is said; never more, never a hang."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
import zstandard

from smf.errors import FramingError
from smf.framing import Framing
from smf.reader import DumpReader, ReadOptions
from tests.builders import dumps
from tests.builders.dumps import RECORDS, WRAPPED
from tests.builders.found import SMALL, read
from tests.builders.unwrapping import records_of, unwrapped

PLAIN = b"".join(RECORDS)
LONG = PLAIN * 40
NAMES = [name for name in WRAPPED if name != "fixed records"]
WORDS = ("gzip data", "zstd data", "AMATERSE data")


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return tmp_path / "dump"


@pytest.mark.parametrize("name", NAMES)
def test_a_wrapper_cut_anywhere_gives_what_came_before(dump: Path, name: str) -> None:
    data = WRAPPED[name][1]
    end = len(data.rstrip(b"\0")) - 1  # AMATERSE pads with zeros, which nobody misses
    before = 0
    for length in [*range(20, end, 37), end - 1]:
        dump.write_bytes(data[:length])
        out, damage = unwrapped(dump)
        whole = records_of(out)
        assert whole == RECORDS[: len(whole)], length
        assert len(whole) >= before, length
        before = len(whole)
        # Between two members or frames nothing is missed.
        if damage or "gzip" not in name:
            assert damage.startswith(WORDS), (length, damage)


@pytest.mark.parametrize("name", ["gzip", "zstd", "pack", "spack"])
def test_a_cut_costs_little_of_what_came_before(dump: Path, name: str) -> None:
    wrap = {
        "gzip": gzip.compress,
        "zstd": lambda data: dumps.zstd_frames(data, 20_000),
        "pack": lambda data: dumps.packed(data, "PACK"),
        "spack": lambda data: dumps.packed(data, "SPACK"),
    }[name]
    dice = random.Random(5)
    varied = b"".join(RECORDS[2][:24] + dice.randbytes(24) for _ in range(2_500))
    data = wrap(varied)
    dump.write_bytes(data[: len(data) // 2])
    out, damage = unwrapped(dump)
    assert varied.startswith(b"".join(records_of(out)))
    assert len(out) > len(varied) * 0.35
    assert damage


@pytest.mark.parametrize("name", NAMES)
def test_a_flipped_byte_anywhere_raises_nothing(dump: Path, name: str) -> None:
    data = WRAPPED[name][1]
    for place in range(16, len(data), 61):
        dump.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        out, damage = unwrapped(dump)
        assert damage == "" or damage.startswith((*WORDS, "bytes follow the")), place
        assert len(out) < 4_096 * len(data)


def test_gzip_gives_every_byte_before_a_wrong_checksum(dump: Path) -> None:
    data = bytearray(gzip.compress(LONG))
    data[-8] ^= 1
    dump.write_bytes(data)
    out, damage = unwrapped(dump)
    assert out == LONG
    assert damage.startswith("gzip data is damaged (")


def test_gzip_gives_every_byte_before_a_bad_block(dump: Path) -> None:
    # Stored blocks: what stands before the damage is known to the byte.
    data = gzip.compress(LONG, compresslevel=0, mtime=0)
    size = int.from_bytes(data[11:13], "little")
    place = 10 + 5 + size
    assert (data[10], data[place]) == (0, 0)
    dump.write_bytes(data[: place + 1] + b"\x12\x34\x56\x78" + data[place + 5 :])
    out, damage = unwrapped(dump)
    assert out == LONG[:size]
    assert "invalid stored block lengths" in damage


def test_zstd_gives_every_byte_before_a_wrong_checksum(dump: Path) -> None:
    data = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(LONG))
    data[-1] ^= 1
    dump.write_bytes(data)
    out, damage = unwrapped(dump)
    assert out == LONG
    assert damage.startswith("zstd data is damaged (")


def test_zstd_gives_every_frame_before_a_cut_skippable_one(dump: Path) -> None:
    frames = dumps.zstd_frames(PLAIN, len(PLAIN))
    dump.write_bytes(frames + frames[:10])
    assert unwrapped(dump) == (PLAIN, "zstd data ends early")


@pytest.mark.parametrize("inner", ["gzip", "zstd", "pack", "spack"])
@pytest.mark.parametrize("outer", ["gzip", "zstd"])
def test_damage_of_the_outer_wrapper_is_what_is_said(dump: Path, outer: str, inner: str) -> None:
    wrap = {"gzip": gzip.compress, "zstd": zstandard.ZstdCompressor(level=1).compress}[outer]
    data = WRAPPED[inner][1]
    packed = wrap(data + random.Random(1).randbytes(2_000))
    dump.write_bytes(packed[:-1_000])
    _, damage = unwrapped(dump)
    dump.write_bytes(wrap(data[: len(data) // 4])[:-3])
    _, damage = unwrapped(dump)
    assert damage.startswith(f"{outer} data ends early")


def test_the_damage_is_a_reject_behind_what_was_read(dump: Path) -> None:
    data = gzip.compress(PLAIN, compresslevel=0)
    cut = 10 + 5 + len(b"".join(RECORDS[:4]))
    dump.write_bytes(data[:cut])
    found = read(dump)
    assert found.records == 4
    assert found.tail is None
    (reject,) = found.rejects
    assert (reject.reason, reject.offset, reject.length) == ("wrapper_damaged", cut - 15, 0)
    assert (reject.record_number, reject.record_type, reject.subtype) == (5, None, None)
    assert reject.message == "nothing can be unpacked behind this place: gzip data ends early"
    dump.write_bytes(data[: cut + 40])
    found = read(dump)
    assert found.tail is not None
    assert (found.tail.offset, found.tail.length) == (cut - 15, 40)
    assert [(one.reason, one.offset) for one in found.rejects] == [("wrapper_damaged", cut + 25)]


@pytest.mark.parametrize("method", ["PACK", "SPACK"])
def test_a_cut_packed_record_is_the_truncated_tail(dump: Path, method: str) -> None:
    data = dumps.packed(PLAIN, method)
    dump.write_bytes(data[: len(data.rstrip(b"\0")) // 2])
    found = read(dump, ReadOptions(framing=Framing.RDW, batch_bytes=1 << 20))
    assert 3 < found.records < len(RECORDS)
    assert found.tail is not None
    assert [one.reason for one in found.rejects] == ["wrapper_damaged"]


@pytest.mark.parametrize("forced", [None, Framing.RDW])
@pytest.mark.parametrize("name", ["gzip", "zstd", "pack", "spack"])
def test_a_wrapper_that_holds_nothing_is_refused(
    dump: Path, name: str, forced: Framing | None
) -> None:
    dump.write_bytes(WRAPPED[name][1][:13])
    with pytest.raises(FramingError) as raised:
        DumpReader(dump, ReadOptions(framing=forced))
    assert raised.value.reason == "wrapper_damaged"
    assert raised.value.message.startswith("no record can be unpacked: ")
    assert "binary" in raised.value.advice


def test_an_empty_dump_in_a_wrapper_is_empty(dump: Path) -> None:
    dump.write_bytes(gzip.compress(b""))
    with pytest.raises(FramingError) as raised:
        DumpReader(dump, SMALL)
    assert raised.value.reason == "empty"
