"""zstd as a stream of bytes, one frame after the other (RFC 8878).

The frames are fed to the library header by header and block by block: so at most one block is in
memory, one that is damaged or cut takes no other with it, and a cut end is noticed, of which the
library says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import zstandard

from smf.unwrap.streams import CHUNK_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smf.unwrap.streams import Stream

_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"
_SKIPPABLE_NIBBLE = 5
_WORD_BYTES = 4
_BLOCK_HEADER_BYTES = 3
_RUN_LENGTH = 1
_DICTIONARY_ID_BYTES = (0, 1, 2, 4)
_CONTENT_SIZE_BYTES = (0, 2, 4, 8)


class _EarlyEndError(Exception):
    """The packed stream ends within a frame."""


def is_zstd(head: bytes) -> bool:
    """Tell whether `head` begins a frame, with data or skippable."""
    return head.startswith(_MAGIC) or (
        head[1:4] == _SKIPPABLE and head[0] >> 4 == _SKIPPABLE_NIBBLE
    )


class ZstdStream:
    """Unpacks one or more zstd frames."""

    def __init__(self, packed: Stream) -> None:
        self.damage = ""
        self._packed = packed
        self._input = memoryview(b"")
        self._pieces = self._unpack()
        self._ready = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        while not self._ready and (piece := next(self._pieces, None)) is not None:
            self._ready = memoryview(piece)
        piece, self._ready = bytes(self._ready[:size]), self._ready[size:]
        return piece

    def _unpack(self) -> Iterator[bytes]:
        try:
            while head := self._frame_head():
                if head == _MAGIC:
                    yield from self._frame()
                elif is_zstd(head):
                    self._skip(int.from_bytes(self._take(_WORD_BYTES), "little"))
                else:
                    self.damage = "bytes follow the zstd data"
                    return
            self.damage = self._packed.damage
        except _EarlyEndError:
            self.damage = self._packed.damage or "zstd data ends early"
        except zstandard.ZstdError as error:
            self.damage = f"zstd data is damaged ({error})"

    def _frame_head(self) -> bytes:
        """Return the next magic number, none at the end; zeros between frames are padding."""
        first = self._some(1)
        while first == b"\0":
            first = self._some(1)
        return first + self._take(_WORD_BYTES - 1) if first else b""

    def _frame(self) -> Iterator[bytes]:
        frame = zstandard.ZstdDecompressor().decompressobj()
        descriptor = self._take(1)
        size, single = descriptor[0] >> 6, descriptor[0] >> 5 & 1
        window = 1 - single
        content = _CONTENT_SIZE_BYTES[size] or single
        fields = window + _DICTIONARY_ID_BYTES[descriptor[0] & 3] + content
        frame.decompress(_MAGIC + descriptor + self._take(fields))
        last = False
        while not last:
            header = self._take(_BLOCK_HEADER_BYTES)
            value = int.from_bytes(header, "little")
            last, kind, size = bool(value & 1), value >> 1 & 3, value >> 3
            yield frame.decompress(header + self._take(1 if kind == _RUN_LENGTH else size))
        if descriptor[0] >> 2 & 1:
            frame.decompress(self._take(_WORD_BYTES))

    def _skip(self, size: int) -> None:
        while size:
            size -= len(self._take(min(size, CHUNK_BYTES)))

    def _take(self, size: int) -> bytes:
        """Return exactly `size` packed bytes."""
        taken = self._some(size)
        while len(taken) < size:
            more = self._some(size - len(taken))
            if not more:
                raise _EarlyEndError
            taken += more
        return taken

    def _some(self, size: int) -> bytes:
        if not self._input:
            self._input = memoryview(self._packed.read(CHUNK_BYTES))
        taken, self._input = bytes(self._input[:size]), self._input[size:]
        return taken

    def close(self) -> None:
        """Close the packed stream."""
        self._packed.close()
