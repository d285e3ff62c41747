"""A small file that unpacks to a huge one is stopped, in bounded memory."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from smf.errors import UnpackedTooLargeError
from smf.reader import DumpReader, ReadOptions
from smf.unwrap import open_source
from tests.builders.dumps import RECORDS, WRAPPED
from tests.builders.found import read

PLAIN = b"".join(RECORDS)
MEGABYTE = 1 << 20


def limited(limit: int) -> ReadOptions:
    return ReadOptions(batch_bytes=1_000, max_unpacked_bytes=limit)


@pytest.mark.parametrize("name", ["gzip", "zstd frames", "spack", "gzip in zstd"])
def test_a_dump_larger_than_the_limit_is_stopped(tmp_path: Path, name: str) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(WRAPPED[name][1])
    assert read(dump, limited(len(PLAIN))).records == len(RECORDS)
    with pytest.raises(UnpackedTooLargeError) as raised:
        read(dump, limited(len(PLAIN) - 1))
    assert raised.value.limit_bytes == len(PLAIN) - 1
    assert str(len(PLAIN) - 1) in str(raised.value)


def test_batches_before_the_limit_are_given(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(gzip.compress(PLAIN * 100))
    with DumpReader(dump, limited(200_000)) as reader:
        batches = iter(reader)
        assert next(batches).records > 0
        with pytest.raises(UnpackedTooLargeError):
            list(batches)


def test_a_file_that_is_not_packed_has_no_limit(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(PLAIN)
    assert read(dump, limited(10)).records == len(RECORDS)


def test_the_limit_holds_on_the_way_to_a_place(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(gzip.compress(bytes(5 * MEGABYTE)))
    source = open_source(dump, 3 * MEGABYTE)
    with pytest.raises(UnpackedTooLargeError):
        source.skip_to(4 * MEGABYTE)
    source.close()


@pytest.mark.parametrize("wrap", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_bomb_needs_little_memory_before_it_is_stopped(tmp_path: Path, wrap) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(wrap(bytes(200 * MEGABYTE)))
    source, buffer = open_source(dump, 150 * MEGABYTE), bytearray(MEGABYTE)
    tracemalloc.start()
    with pytest.raises(UnpackedTooLargeError):
        list(iter(lambda: source.readinto(memoryview(buffer)), 0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    source.close()
    assert peak < 4 * MEGABYTE
