"""Reading that nobody wants any more stops soon, whatever the dump is wrapped in."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
import zstandard

from smf.reader import DumpReader, Position, ReadOptions
from smf.unwrap import ReadingStoppedError, open_source
from tests.builders.dumps import FRAMED, WRAPPED

LIMIT = 1 << 40
ZEROS = bytes(64 << 20)


def after(looks: int) -> Callable[[], bool]:
    """Says stop once it was asked so often."""
    asked = count()
    return lambda: next(asked) >= looks


@pytest.mark.parametrize("name", ["plain", *WRAPPED])
def test_nothing_is_read_once_reading_is_stopped(tmp_path: Path, name: str) -> None:
    path = tmp_path / "dump"
    path.write_bytes(FRAMED["rdw"][1] if name == "plain" else WRAPPED[name][1])
    threads = threading.active_count()
    with pytest.raises(ReadingStoppedError):
        open_source(path, LIMIT, after(0))
    assert threading.active_count() == threads


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_the_way_to_where_reading_goes_on_can_be_left(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "zeros"
    path.write_bytes(pack(ZEROS))
    source = open_source(path, LIMIT, after(12))
    with pytest.raises(ReadingStoppedError):
        source.skip_to(len(ZEROS))
    assert source.offset < len(ZEROS) // 2
    source.close()


def test_so_can_a_file_without_wrapper_in_the_middle_of_a_window(tmp_path: Path) -> None:
    path = tmp_path / "zeros"
    path.write_bytes(ZEROS)
    source = open_source(path, LIMIT, after(12))
    source.skip_to(64)
    with pytest.raises(ReadingStoppedError):
        source.readinto(memoryview(bytearray(len(ZEROS))))
    source.close()


def test_a_reader_that_is_stopped_on_its_way_closes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "dump.gz"
    path.write_bytes(gzip.compress(FRAMED["rdw"][1] + ZEROS))
    options = ReadOptions(start=Position(offset=len(ZEROS)), is_stopped=after(12))
    with pytest.raises(ReadingStoppedError):  # and no warning of a file left open
        DumpReader(path, options)
