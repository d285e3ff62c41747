"""Byte streams that unpack what another stream gives."""

from __future__ import annotations

import io
import zlib
from io import FileIO
from typing import TYPE_CHECKING, Protocol

import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

_CHUNK_BYTES = 1 << 18
_GZIP_WINDOW_BITS = 31
_GZIP_MAGIC = b"\x1f\x8b"
_MARK = b"\x5a" * 64
_MARK_FRAME = zstandard.ZstdCompressor(write_checksum=True).compress(_MARK)


class Stream(Protocol):
    """A forward-only stream.

    `read` returns at most `size` bytes, none only at the end. `damage` is empty, or says in words
    why the end came early.
    """

    @property
    def damage(self) -> str:
        """What is wrong, empty while all is well."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""

    def close(self) -> None:
        """Let go of what the stream holds."""


class PlainStream:
    """The file itself."""

    def __init__(self, file: FileIO) -> None:
        self.damage = ""
        self._file = file

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        return self._file.read(size)

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` and return how many bytes there were; fewer only at the end."""
        filled = 0
        while filled < len(buffer):
            size = self._file.readinto(buffer[filled:])
            if not size:
                break
            filled += size
        return filled

    def seek(self, offset: int) -> None:
        """Go to a byte offset."""
        self._file.seek(offset)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class HeadStream:
    """A stream whose first bytes were read already, to look at them."""

    def __init__(self, head: bytes, rest: Stream) -> None:
        self._head, self._rest = head, rest

    @property
    def damage(self) -> str:
        """What is wrong with the rest."""
        return self._rest.damage

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        if not self._head:
            return self._rest.read(size)
        piece, self._head = self._head[:size], self._head[size:]
        return piece

    def close(self) -> None:
        """Close the rest."""
        self._rest.close()


class GzipStream:
    """Unpacks one or more gzip members."""

    def __init__(self, packed: Stream) -> None:
        self.damage = ""
        self._packed = packed
        self._member = zlib.decompressobj(_GZIP_WINDOW_BITS)
        self._input = b""
        self._done = False

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        while not self._done:
            piece = self._unpack(size)
            if piece:
                return piece
        return b""

    def _unpack(self, size: int) -> bytes:
        if not self._input:
            self._input = self._packed.read(_CHUNK_BYTES)
        at_end = not self._input
        try:
            piece = self._member.decompress(self._input, size)
        except zlib.error as error:
            self._end(f"gzip data is damaged ({error})")
            return b""
        if self._member.eof:
            self._next_member()
        else:
            self._input = self._member.unconsumed_tail
            if at_end and not piece:
                self._end(self._packed.damage or "gzip data ends early")
        return piece

    def _next_member(self) -> None:
        rest = self._member.unused_data or self._packed.read(_CHUNK_BYTES)
        if len(rest) == 1:
            rest += self._packed.read(_CHUNK_BYTES)
        if rest.startswith(_GZIP_MAGIC):
            self._member = zlib.decompressobj(_GZIP_WINDOW_BITS)
            self._input = rest
        else:
            # Zeros behind the last member are block padding.
            self._end("bytes follow the gzip data" if rest.strip(b"\0") else self._packed.damage)

    def _end(self, damage: str) -> None:
        self._done, self.damage = True, damage

    def close(self) -> None:
        """Close the packed stream."""
        self._packed.close()


class ZstdStream:
    """Unpacks one or more zstd frames.

    The library ends without a word when its input is cut, so a last frame of our own is added
    behind the input: what it holds comes out only if the frames before it were whole.
    """

    def __init__(self, packed: Stream) -> None:
        self.damage = ""
        self._packed = packed
        self._mark_due = True
        self._done = False
        self._held = b""
        self._reader = zstandard.ZstdDecompressor().stream_reader(
            io.BufferedReader(_Raw(self._packed_bytes), _CHUNK_BYTES),
            read_size=_CHUNK_BYTES,
            read_across_frames=True,
        )

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        while not self._done:
            try:
                piece = self._reader.read(size)
            except zstandard.ZstdError as error:
                self._done, self.damage = True, f"zstd data is damaged ({error})"
                break
            self._held += piece
            if not piece:
                self._finish()
            ready = len(self._held) - len(_MARK)
            if ready > 0 and not self._done:
                piece, self._held = self._held[:ready], self._held[ready:]
                return piece
        piece, self._held = self._held, b""
        return piece

    def _finish(self) -> None:
        self._done = True
        if self._held.endswith(_MARK):
            self._held, self.damage = self._held[: -len(_MARK)], self._packed.damage
        else:
            self.damage = "zstd data ends early"

    def _packed_bytes(self, size: int) -> bytes:
        piece = self._packed.read(size)
        if not piece and self._mark_due:
            self._mark_due = False
            return _MARK_FRAME
        return piece

    def close(self) -> None:
        """Close the packed stream."""
        self._packed.close()


class _Raw(io.RawIOBase):
    """A function that gives bytes, as the file the zstd reader wants."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        super().__init__()
        self._read = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        piece = self._read(len(view))
        view[: len(piece)] = piece
        return len(piece)
