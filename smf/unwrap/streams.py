"""Byte streams: what they offer, the file itself, and bytes that were looked at before."""

from __future__ import annotations

from collections.abc import Callable
from io import FileIO
from typing import Protocol

CHUNK_BYTES = 1 << 18
"""How much of a packed stream is read at once."""
_STEP_BYTES = 1 << 20
"""How much of the file is read before we look whether to stop."""


class ReadingStoppedError(OSError):
    """Nobody wants the bytes any more."""


def never() -> bool:
    """Return False: nobody stops the reading."""
    return False


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
    """The file itself; raises `ReadingStoppedError` as soon as `is_stopped` says so."""

    def __init__(self, file: FileIO, is_stopped: Callable[[], bool] = never) -> None:
        self.damage = ""
        self._file = file
        self._is_stopped = is_stopped

    def check(self) -> None:
        """Raise `ReadingStoppedError` when reading shall stop."""
        if self._is_stopped():
            raise ReadingStoppedError

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        self.check()
        return self._file.read(size)

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` and return how many bytes there were; fewer only at the end."""
        filled = 0
        while filled < len(buffer):
            self.check()
            size = self._file.readinto(buffer[filled : filled + _STEP_BYTES])
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
