"""Records into dumps: RDW stream, VBS blocks, blocks of whole records, z/OSMF prefixes.

Every writer takes stretches of records, each with its RDW, and where each of them ends; so a
stretch made by numpy costs no more than its blocks.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from smf.framing import Framing

DEFAULT_BLOCK_BYTES = 27_998
_PREFIX = struct.Struct(">HH")
_LONG_PREFIX = np.dtype(">u4")
_WHOLE, _FIRST, _LAST, _MIDDLE = 0x0000, 0x0100, 0x0200, 0x0300

Sink = Callable[[bytes | memoryview], object]


class RecordWriter(Protocol):
    """Puts stretches of records into a sink; `close` writes what is still held back."""

    def write(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        """Write the records of `data`, which end at `ends`; `data` may be changed."""

    def close(self) -> None:
        """Write the last block."""


class StreamWriter:
    """One record after the other, RDWs as they are."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        """Write the records."""
        self._sink(data.data)

    def close(self) -> None:
        """Nothing is held back."""


class PrefixWriter(StreamWriter):
    """The z/OSMF way: the RDW gives way to a 4-byte length of the data alone."""

    def write(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        """Write the records, each RDW replaced in place."""
        starts = np.concatenate(([0], ends[:-1])).astype(np.int64)
        lengths = (ends - starts - _PREFIX.size).astype(_LONG_PREFIX)
        data[starts[:, None] + np.arange(_PREFIX.size)] = lengths.view(np.uint8).reshape(-1, 4)
        super().write(data, ends)


class BlockWriter:
    """Blocks behind a BDW. With `spanned`, records fill each block and go on in the next."""

    def __init__(self, sink: Sink, block_bytes: int, *, spanned: bool) -> None:
        self._sink = sink
        self._room = block_bytes - _PREFIX.size
        self._spanned = spanned
        self._parts: list[bytes | memoryview] = []
        self._used = 0

    def write(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        """Write the records, as many to a block as it takes."""
        view, number, begin = data.data, 0, 0
        while number < len(ends):
            space = self._room - self._used
            whole = int(np.searchsorted(ends, begin + space, side="right"))
            if whole > number:
                end = int(ends[whole - 1])
                self._put(bytes(view[begin:end]))
            else:
                end = int(ends[number])
                whole = number + 1
                self._cross(view[begin:end])
            number, begin = whole, end

    def close(self) -> None:
        """Write the last block."""
        if self._parts:
            self._sink(_PREFIX.pack(self._used + _PREFIX.size, 0) + b"".join(self._parts))
        self._parts, self._used = [], 0

    def _put(self, part: bytes) -> None:
        self._parts.append(part)
        self._used += len(part)

    def _cross(self, record: memoryview) -> None:
        """Write a record that does not fit into the rest of the block."""
        if not self._spanned:
            self.close()
            self._put(bytes(record))
            return
        rest, code = record[_PREFIX.size :], _FIRST
        while rest:
            space = self._room - self._used - _PREFIX.size
            if space <= 0:
                self.close()
                continue
            if len(rest) <= space:
                code = _WHOLE if code == _FIRST else _LAST
            piece, rest = rest[:space], rest[space:]
            self._put(_PREFIX.pack(len(piece) + _PREFIX.size, code) + bytes(piece))
            code = _MIDDLE


def record_writer(
    framing: Framing, sink: Sink, *, block_bytes: int = DEFAULT_BLOCK_BYTES
) -> RecordWriter:
    """Return the writer of a framing; `block_bytes` (with the BDW) matters to blocks only."""
    if framing.blocked:
        return BlockWriter(sink, block_bytes, spanned=framing is Framing.VBS)
    return PrefixWriter(sink) if framing is Framing.ZOSMF else StreamWriter(sink)


def write_records(writer: RecordWriter, records: list[bytes]) -> None:
    """Write single records through a writer."""
    if records:
        data = np.frombuffer(bytearray(b"".join(records)), np.uint8)
        writer.write(data, np.cumsum([len(record) for record in records], dtype=np.int64))
