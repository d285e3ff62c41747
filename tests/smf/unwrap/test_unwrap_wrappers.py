"""Wrapped dumps: each wrapper is found and named, and holds the same dump."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import terselib
import zstandard

from smf.errors import FramingError
from smf.framing import Framing
from smf.reader import DumpReader
from smf.unwrap import Source, open_source
from tests.builders import dumps
from tests.builders.dumps import RECORDS, WRAPPED
from tests.builders.found import SMALL, joined, read
from tests.builders.golden import load_golden
from tests.builders.unwrapping import unwrapped

PLAIN = b"".join(RECORDS)
NO_LIMIT = 1 << 40


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return tmp_path / "dump"


@pytest.mark.parametrize("name", WRAPPED)
def test_each_wrapper_is_named_and_holds_the_same(dump: Path, name: str) -> None:
    wrapper, data = WRAPPED[name]
    dump.write_bytes(data)
    with DumpReader(dump, SMALL) as reader:
        found = joined(reader)
        assert reader.wrapper == wrapper
        assert reader.framing is Framing.RDW
        assert reader.consumed_bytes == reader.size_bytes == len(data)
    dump.write_bytes(PLAIN)
    assert found == read(dump)


@pytest.mark.parametrize("size", [1, 7, 1_000, 1 << 20])
@pytest.mark.parametrize("name", WRAPPED)
def test_bytes_come_alike_in_pieces_of_any_size(dump: Path, name: str, size: int) -> None:
    dump.write_bytes(WRAPPED[name][1])
    out, damage = unwrapped(dump, size)
    if name == "fixed records":
        out = out[: len(PLAIN)]
    assert (out, damage) == (PLAIN, "")


@pytest.mark.parametrize("method", ["PACK", "SPACK"])
def test_a_long_packed_dump_comes_whole(dump: Path, method: str) -> None:
    long = PLAIN * 60
    dump.write_bytes(dumps.packed(long, method))
    assert unwrapped(dump) == (long, "")


@pytest.mark.parametrize("framing", ["vbs", "zosmf", "whole records"])
def test_other_framings_in_a_wrapper(dump: Path, framing: str) -> None:
    dump.write_bytes(zstandard.ZstdCompressor().compress(dumps.FRAMED[framing][1]))
    with DumpReader(dump, SMALL) as reader:
        assert reader.framing is dumps.FRAMED[framing][0]
        assert joined(reader).records == len(RECORDS)


def test_zeros_behind_the_packed_data_are_padding(dump: Path) -> None:
    packed = gzip.compress(PLAIN)
    dump.write_bytes(packed + bytes(300_000) + packed + bytes(5))
    assert unwrapped(dump) == (PLAIN * 2, "")
    packed = zstandard.ZstdCompressor().compress(PLAIN)
    dump.write_bytes(packed + bytes(300_000) + packed + bytes(5))
    assert unwrapped(dump) == (PLAIN * 2, "")


def test_other_bytes_behind_the_packed_data_are_said(dump: Path) -> None:
    dump.write_bytes(gzip.compress(PLAIN) + b"what is this?")
    assert unwrapped(dump) == (PLAIN, "bytes follow the gzip data")
    dump.write_bytes(gzip.compress(PLAIN) + b"\x1f")
    assert unwrapped(dump) == (PLAIN, "gzip data ends early")
    dump.write_bytes(zstandard.ZstdCompressor().compress(PLAIN) + b"what is this?")
    assert unwrapped(dump) == (PLAIN, "bytes follow the zstd data")


@pytest.mark.parametrize("split", [1, 2, 9])
def test_the_next_gzip_member_may_begin_at_the_edge_of_what_was_read(
    dump: Path, split: int
) -> None:
    # Stored, not packed, so that its length can be chosen: the second begins `split` bytes
    # before the end of the first 256 kB that are read.
    size = (1 << 18) - split
    first = gzip.compress(bytes(size - 33), compresslevel=0, mtime=0)
    first = gzip.compress(bytes(2 * size - 33 - len(first)), compresslevel=0, mtime=0)
    assert len(first) == size
    dump.write_bytes(first + gzip.compress(PLAIN))
    out, damage = unwrapped(dump)
    assert (out.lstrip(b"\0"), damage) == (PLAIN.lstrip(b"\0"), "")


@pytest.mark.parametrize(
    "parameters",
    [
        {"write_content_size": 0},
        {"write_content_size": 1, "write_checksum": 1},
        {"write_content_size": 0, "write_checksum": 1, "window_log": 10},
    ],
)
@pytest.mark.parametrize("size", [0, 100, 300, 70_000])
def test_zstd_headers_of_every_kind(dump: Path, parameters: dict[str, int], size: int) -> None:
    made = zstandard.ZstdCompressionParameters.from_level(3, **parameters)
    data = (PLAIN * 20)[:size]
    frame = zstandard.ZstdCompressor(compression_params=made).compress(data)
    dump.write_bytes(frame + zstandard.ZstdCompressor().compress(PLAIN))
    assert unwrapped(dump) == (data + PLAIN, "")


def test_a_run_of_one_byte_is_a_zstd_block_of_its_own(dump: Path) -> None:
    data = bytes(3 << 17)
    dump.write_bytes(zstandard.ZstdCompressor().compress(data))
    assert unwrapped(dump) == (data, "")


@pytest.mark.parametrize("lead", [b"", b"\x05\0\0\0"], ids=["record", "block"])
def test_a_dump_that_looks_like_a_terse_header_is_a_dump(dump: Path, lead: bytes) -> None:
    # A record of 512 bytes, or a block of 1,280 with one record, begins like PACK or SPACK.
    size, kind = (1_276, "other_marker_first") if lead else (512, "other_extended")
    record = size.to_bytes(2, "big") + load_golden(kind)[2:].ljust(size - 2, b"\x40")
    assert terselib.read_header((lead + record)[:12]).method == ("SPACK" if lead else "PACK")
    dump.write_bytes(lead + record)
    with DumpReader(dump, SMALL) as reader:
        assert reader.wrapper == "plain"
        assert joined(reader).ignored == {"marker" if lead else "extended_header": 1}


def test_wrappers_deeper_than_three_are_refused(dump: Path) -> None:
    data = PLAIN
    for _ in range(3):
        data = gzip.compress(data)
    dump.write_bytes(data)
    with DumpReader(dump, SMALL) as reader:
        assert reader.wrapper == "gzip+gzip+gzip"
        assert joined(reader).records == len(RECORDS)
    dump.write_bytes(gzip.compress(data))
    with pytest.raises(FramingError) as raised:
        DumpReader(dump, SMALL)
    assert raised.value.reason == "not_smf"


@pytest.mark.parametrize("name", ["gzip", "zstd frames", "spack"])
@pytest.mark.parametrize("offset", [0, 1, 700, 3_000, 10_000])
def test_a_place_in_the_unwrapped_stream_can_be_gone_to(dump: Path, name: str, offset: int) -> None:
    dump.write_bytes(WRAPPED[name][1])
    source = open_source(dump, NO_LIMIT)
    source.skip_to(offset)
    buffer = bytearray(10_000)
    filled = source.readinto(memoryview(buffer))
    source.close()
    assert bytes(buffer[:filled]) == PLAIN[offset:]
    assert source.offset == max(len(PLAIN), min(offset, len(PLAIN)))


def test_a_place_in_a_plain_file_can_be_gone_to(dump: Path) -> None:
    dump.write_bytes(PLAIN)
    source = open_source(dump, NO_LIMIT)
    source.skip_to(500)
    buffer = bytearray(10)
    assert source.readinto(memoryview(buffer)) == 10
    assert (bytes(buffer), source.offset, source.consumed_bytes) == (PLAIN[500:510], 510, 510)
    source.close()


def test_what_cannot_be_opened_raises(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_source(tmp_path, NO_LIMIT)
    with pytest.raises(FileNotFoundError):
        Source(tmp_path / "none", NO_LIMIT)


def test_a_file_that_opens_but_cannot_be_read_is_closed() -> None:
    with pytest.raises(OSError, match="Input/output error"):
        open_source(Path("/proc/self/mem"), NO_LIMIT)  # nothing lies at its first address
