"""AMATERSE (PACK and SPACK) as a stream: `terselib` decodes in a thread, in bounded memory.

The library pushes one code point after the other (0..255 as 1..256, 257 ends a record); here they
become RDW-framed records, or plain bytes where the packed data set had fixed-length records.
"""

from __future__ import annotations

import queue
from array import array
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

import numpy as np
import terselib
from terselib import constants, lzmw, lzw

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from smf.unwrap.streams import Stream

HEADER_BYTES = 12
_CODES_BYTES = 3 << 14
_POINTS_PER_PIECE = 1 << 16
_PIECES_AHEAD = 4
_WAIT_S = 0.05
_MAX_RECORD_DATA = 65_531
_MAX_PIECES_A_CODE = 16
_CUT_RDW = (_MAX_RECORD_DATA + 4).to_bytes(2, "big") + b"\0\0"


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
        self._taken = array("h")
        self._record = bytearray()
        self._code_number = 0
        self._pieces: queue.Queue[bytes] = queue.Queue(_PIECES_AHEAD)
        self._failure: OSError | None = None
        self._stop = Event()
        self._current = memoryview(b"")
        self._ended = False
        self._thread = Thread(target=self._decode, name="amaterse", daemon=True)
        self._thread.start()

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; raises `OSError` when the packed bytes cannot be read."""
        while not self._current and not self._ended:
            self._current = memoryview(self._pieces.get())
            self._ended = not self._current
        if self._failure is not None and not self._current:
            raise self._failure
        piece, self._current = bytes(self._current[:size]), self._current[size:]
        return piece

    def close(self) -> None:
        """Stop the thread and close the packed stream."""
        self._stop.set()
        while self._thread.is_alive():
            # Room for the piece it may hold in hand; then it sees that it shall stop.
            with suppress(queue.Empty):
                self._pieces.get_nowait()
            self._thread.join(_WAIT_S)
        self._packed.close()

    def _decode(self) -> None:
        codes, points = self._codes(), self._points()
        next(points)
        decode = lzw.decode if self._header.method == constants.METHOD_PACK else lzmw.decode
        try:
            self._guard(lambda: decode(codes.__next__, points.send))
            self._guard(self._hand_out)
            self._put(self._leftover())
        except _StoppedError:
            return
        self._pieces.put(b"")

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (terselib.TerseError, LookupError) as error:
            # Wrong references in damaged data also end as an index out of range.
            self.damage = f"AMATERSE data is damaged ({error})"
        except OSError as error:
            self._failure = error

    def _codes(self) -> Iterator[int]:
        """Give the 12-bit codes, two in three bytes; zeros for ever after the last."""
        rest = self._rest
        while piece := self._packed.read(_CODES_BYTES - len(rest)):
            rest += piece
            usable = len(rest) // 3 * 3
            yield from self._counted(_unpacked(rest[:usable]))
            rest = rest[usable:]
        if len(rest) > 1:
            yield rest[0] << 4 | rest[1] >> 4
        # A whole file ends with a zero code: the decoder does not come back for more.
        self.damage = self._packed.damage or "AMATERSE data ends early"
        while True:
            yield constants.ENDOFFILE

    def _counted(self, codes: Sequence[int]) -> Iterator[int]:
        for code in codes:
            self._code_number += 1
            yield code

    def _points(self) -> Generator[None, int, None]:
        """Take code points and put pieces of records into the queue."""
        pieces, code_number = 0, 0
        while True:
            taken = self._taken = array("h")
            append = taken.append
            while len(taken) < _POINTS_PER_PIECE:
                append((yield))
            # Damaged SPACK data can make a phrase that contains itself.
            pieces = pieces + 1 if code_number == self._code_number else 0
            code_number = self._code_number
            if pieces > _MAX_PIECES_A_CODE:
                raise terselib.TerseCorruptError("a phrase without end")
            self._hand_out()

    def _hand_out(self) -> None:
        """Give the records that are complete; the data of the last one waits."""
        points = np.frombuffer(self._taken, np.int16)
        self._taken = array("h")
        points = points[points > 0]
        marks = np.flatnonzero(points == constants.RECORDMARK)
        data = (points - 1).astype(np.uint8).tobytes()
        out, record = bytearray(), self._record
        begin = 0
        for mark in marks.tolist():
            record += data[begin:mark]
            begin = mark + 1
            if self._header.variable and len(record) <= _MAX_RECORD_DATA:
                out += self._framed()
        record += data[begin:]
        if not self._header.variable:
            out += record
            record.clear()
        self._put(out)
        if len(record) > _MAX_RECORD_DATA:
            raise terselib.TerseCorruptError("a record without end")

    def _framed(self) -> bytes:
        framed = (len(self._record) + 4).to_bytes(2, "big") + b"\0\0" + bytes(self._record)
        self._record.clear()
        return framed

    def _leftover(self) -> bytes:
        """Return the record that no mark ended; one that was cut says that it is longer."""
        if not self._record:
            return b""
        cut = self.damage or self._failure is not None
        return _CUT_RDW + self._record[: _MAX_RECORD_DATA - 1] if cut else self._framed()

    def _put(self, piece: bytes | bytearray) -> None:
        if self._stop.is_set():
            raise _StoppedError
        if piece:
            self._pieces.put(bytes(piece))


def _unpacked(data: bytes) -> list[int]:
    triples = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int64)
    pairs = np.empty((len(triples), 2), np.int64)
    pairs[:, 0] = triples[:, 0] << 4 | triples[:, 1] >> 4
    pairs[:, 1] = (triples[:, 1] & 0x0F) << 8 | triples[:, 2]
    return pairs.ravel().tolist()
