"""Byte streams: what they offer, the file itself, and bytes that were looked at before."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
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
    """The file itself; raises `ReadingStoppedError` as soon as `is_stopped` says so.

    With `digested` every byte is read once and goes into the digest, also those that are skipped.
    """

    def __init__(
        self, file: FileIO, is_stopped: Callable[[], bool] = never, *, digested: bool = False
    ) -> None:
        self.damage = ""
        self._file = file
        self._is_stopped = is_stopped
        self._digest = sha256() if digested else None

    def check(self) -> None:
        """Raise `ReadingStoppedError` when reading shall stop."""
        if self._is_stopped():
            raise ReadingStoppedError

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""
        self.check()
        piece = self._file.read(size)
        if self._digest is not None:
            self._digest.update(piece)
        return piece

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` and return how many bytes there were; fewer only at the end."""
        filled = 0
        while filled < len(buffer):
            self.check()
            size = self._file.readinto(buffer[filled : filled + _STEP_BYTES])
            if not size:
                break
            if self._digest is not None:
                self._digest.update(buffer[filled : filled + size])
            filled += size
        return filled

    def skip_to(self, offset: int) -> None:
        """Go forward to a byte offset."""
        if self._digest is None:
            self._file.seek(offset)
            return
        while (left := offset - self._file.tell()) > 0 and self.read(min(left, _STEP_BYTES)):
            pass

    def sha256(self, *, anew: bool = False) -> str:
        """Return the digest of the whole file in hex, its rest read; empty unless `digested`.

        `anew`: somebody may be reading still; the file is read once more beside him.
        """
        if self._digest is None:
            return ""
        if anew:
            return self._sha256_anew()
        while self.read(_STEP_BYTES):
            pass
        return self._digest.hexdigest()

    def _sha256_anew(self) -> str:
        digest, offset = sha256(), 0
        while piece := os.pread(self._file.fileno(), _STEP_BYTES, offset):
            self.check()
            digest.update(piece)
            offset += len(piece)
        return digest.hexdigest()

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
