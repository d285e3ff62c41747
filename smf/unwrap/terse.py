"""AMATERSE (PACK and SPACK) as a stream: `terselib` decodes in a thread, in bounded memory.

The library pushes one code point after the other (0..255 as 1..256, 257 ends a record); here they
become RDW-framed records, or plain bytes where the packed data set had fixed-length records.
"""

from __future__ import annotations

import queue
from array import array
from threading import Event, Thread
from typing import TYPE_CHECKING

import numpy as np
import terselib
from terselib import constants, lzmw, lzw

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from smf.unwrap.streams import Stream

HEADER_BYTES = 12
_CODES_BYTES = 3 << 14
_POINTS_PER_PIECE = 1 << 16
_PIECES_AHEAD = 4
_WAIT_S = 0.05
_MAX_RECORD_DATA = 65_531


def is_terse(head: bytes) -> bool:
    """Tell whether a file that begins with `head` has an AMATERSE header."""
    try:
        terselib.read_header(head[:HEADER_BYTES])
    except terselib.TerseError:
        return False
    return True


class _StoppedError(Exception):
    """Nobody reads any more."""


class TerseStream:
    """Unpacks one AMATERSE file; `head` are its first 12 bytes."""

    def __init__(self, packed: Stream) -> None:
        self.damage = ""
        self._packed = packed
        head = packed.read(HEADER_BYTES)
        self._header = terselib.read_header(head)
        self._rest = head[self._header.size :]
        self._pieces: queue.Queue[bytes] = queue.Queue(_PIECES_AHEAD)
        self._stop = Event()
        self._current = b""
        self._ended = False
        self._thread = Thread(target=self._decode, name="amaterse", daemon=True)
        self._thread.start()

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        while not self._current and not self._ended:
            self._current = self._pieces.get()
            self._ended = not self._current
        piece, self._current = self._current[:size], self._current[size:]
        return piece

    def close(self) -> None:
        """Stop the thread and close the packed stream."""
        self._stop.set()
        self._thread.join()
        self._packed.close()

    def _decode(self) -> None:
        codes = self._codes()
        points = self._points()
        next(points)
        decode = lzw.decode if self._header.method == constants.METHOD_PACK else lzmw.decode
        try:
            decode(codes.__next__, points.send)
            points.send(-1)
        except _StoppedError:
            return
        except (terselib.TerseError, LookupError) as error:
            # Wrong references in damaged data also end as an index out of range.
            self.damage = f"AMATERSE data is damaged ({error})"
        self._put(b"", at_end=True)

    def _codes(self) -> Iterator[int]:
        """Give the 12-bit codes, two in three bytes; zeros for ever after the last."""
        rest = self._rest
        while piece := self._packed.read(_CODES_BYTES - len(rest)):
            rest += piece
            usable = len(rest) // 3 * 3
            yield from _unpacked(rest[:usable])
            rest = rest[usable:]
        if len(rest) > 1:
            yield rest[0] << 4 | rest[1] >> 4
        # A whole file ends with a zero code: the decoder does not come back for more.
        self.damage = self._packed.damage or "AMATERSE data ends early"
        while True:
            yield constants.ENDOFFILE

    def _points(self) -> Generator[None, int, None]:
        """Take code points and put pieces of records into the queue; -1 flushes."""
        record = bytearray()
        while True:
            taken = array("h")
            append = taken.append
            point = 0
            while len(taken) < _POINTS_PER_PIECE and point >= 0:
                point = yield
                append(point)
            piece = self._records(taken, record)
            if point < 0 and record:
                piece += self._framed(record)
            self._put(piece)

    def _records(self, taken: array[int], record: bytearray) -> bytearray:
        points = np.frombuffer(taken, np.int16)
        points = points[points > 0]
        marks = np.flatnonzero(points == constants.RECORDMARK)
        data = (points - 1).astype(np.uint8).tobytes()
        out = bytearray()
        begin = 0
        for mark in marks.tolist():
            record += data[begin:mark]
            begin = mark + 1
            if self._header.variable:
                out += self._framed(record)
        record += data[begin:]
        if not self._header.variable:
            out += record
            record.clear()
        if len(record) > _MAX_RECORD_DATA:
            raise terselib.TerseCorruptError("a record without end")
        return out

    def _framed(self, record: bytearray) -> bytes:
        if len(record) > _MAX_RECORD_DATA:
            raise terselib.TerseCorruptError("a record without end")
        framed = (len(record) + 4).to_bytes(2, "big") + b"\0\0" + bytes(record)
        record.clear()
        return framed

    def _put(self, piece: bytes | bytearray, *, at_end: bool = False) -> None:
        while (piece or at_end) and not self._stop.is_set():
            try:
                self._pieces.put(bytes(piece), timeout=_WAIT_S)
            except queue.Full:
                continue
            return
        if self._stop.is_set() and not at_end:
            raise _StoppedError


def _unpacked(data: bytes) -> list[int]:
    triples = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int64)
    pairs = np.empty((len(triples), 2), np.int64)
    pairs[:, 0] = triples[:, 0] << 4 | triples[:, 1] >> 4
    pairs[:, 1] = (triples[:, 1] & 0x0F) << 8 | triples[:, 2]
    return pairs.ravel().tolist()
