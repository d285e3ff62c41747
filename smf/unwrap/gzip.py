"""gzip as a stream of bytes, one member after the other (RFC 1952)."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from smf.unwrap.streams import CHUNK_BYTES

if TYPE_CHECKING:
    from smf.unwrap.streams import Stream

_WINDOW_BITS = 31
_MAGIC = b"\x1f\x8b"


class GzipStream:
    """Unpacks one or more gzip members."""

    def __init__(self, packed: Stream) -> None:
        self.damage = ""
        self._packed = packed
        self._member = zlib.decompressobj(_WINDOW_BITS)
        self._input = b""
        self._step = CHUNK_BYTES
        self._done = False

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        while not self._done:
            if not self._input:
                self._input = self._packed.read(CHUNK_BYTES)
            piece = self._unpack(size)
            if piece:
                return piece
        return b""

    def _unpack(self, size: int) -> bytes:
        at_end, before = not self._input, self._member.copy()
        try:
            piece = self._member.decompress(self._input[: self._step], size)
        except zlib.error as error:
            self._go_nearer(before, f"gzip data is damaged ({error})")
            return b""
        rest = self._input[self._step :]
        if self._member.eof:
            self._next_member(self._member.unused_data + rest)
        else:
            self._input = self._member.unconsumed_tail + rest
            if at_end and not piece:
                self._end(self._packed.damage or "gzip data ends early")
        return piece

    def _go_nearer(self, before: zlib._Decompress, damage: str) -> None:
        """Take ever smaller steps: a failed one gives nothing of what stands before the damage."""
        if self._step == 1:
            self._end(damage)
        self._member, self._step = before, max(1, min(self._step, len(self._input)) // 2)

    def _next_member(self, rest: bytes) -> None:
        # Zeros behind a member are block padding.
        rest = rest.lstrip(b"\0")
        while len(rest) < len(_MAGIC) and (more := self._packed.read(CHUNK_BYTES)):
            rest = (rest + more).lstrip(b"\0")
        if rest.startswith(_MAGIC):
            self._member = zlib.decompressobj(_WINDOW_BITS)
            self._input = rest
        elif rest and not _MAGIC.startswith(rest):
            self._end("bytes follow the gzip data")
        else:
            self._end(self._packed.damage or ("gzip data ends early" if rest else ""))

    def _end(self, damage: str) -> None:
        self._done, self.damage = True, damage

    def close(self) -> None:
        """Close the packed stream."""
        self._packed.close()
