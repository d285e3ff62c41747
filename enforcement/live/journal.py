"""What following knows, on disk: a snapshot, and everything that was read since.

A piece of the feed is in the journal before it is worked on. After a kill, the snapshot and the
same pieces once more give the same state and the same outputs, byte for byte.
"""

from __future__ import annotations

import fcntl
import os
import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

from enforcement.delivery import atomic
from enforcement.live.errors import StateError
from enforcement.live.sources import Where

VERSION = 4
_HEAD = struct.Struct(">BIIQQQ")


class Kind(IntEnum):
    """What was done with a piece; INSTALL: the piece says what is installed where.

    WHOLE is DATA that ends with a whole record.
    """

    DATA = 1
    SETTLE = 2
    END = 3
    INSTALL = 4
    WHOLE = 5


Entry = tuple[Kind, bytes, Where]


class Journal:
    """The state directory of one feed; one process at a time."""

    def __init__(self, directory: Path) -> None:
        atomic.make_folder(directory, 0o700)
        self._directory = directory
        self._lock = (directory / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise StateError(f"{directory} is in use by another process") from error
        try:
            self.snapshot = _snapshot(directory)
        except StateError:
            self._lock.close()
            raise
        self._generation = int(self.snapshot.get("generation", 0))
        self._file = self._path(self._generation).open("ab", buffering=0)
        self.size = 0

    def entries(self) -> Iterator[Entry]:
        """Yield what was read since the snapshot; what a kill left half written is cut off."""
        with self._path(self._generation).open("rb") as file:
            while len(head := file.read(_HEAD.size)) == _HEAD.size:
                kind, length, check, *where = _HEAD.unpack(head)
                data = file.read(length)
                if len(data) < length or zlib.crc32(data) != check:
                    break
                self.size += len(head) + length
                yield Kind(kind), data, Where(*where)
        self._file.truncate(self.size)

    def add(self, kind: Kind, data: bytes, where: Where) -> None:
        """Keep a piece; a kill of the process from now on loses nothing of it."""
        head = _HEAD.pack(
            kind, len(data), zlib.crc32(data), where.device, where.inode, where.offset
        )
        view = memoryview(head + data)
        self.size += len(view)
        while view:
            view = view[self._file.write(view) :]

    def secure(self) -> None:
        """Bring what was added to the disk: a crash of the machine loses nothing of it either."""
        os.fsync(self._file.fileno())

    def checkpoint(self, snapshot: dict[str, Any]) -> None:
        """Replace everything kept so far by a snapshot."""
        before, self._generation = self._path(self._generation), self._generation + 1
        after = self._path(self._generation).open("wb", buffering=0)
        tree = {**snapshot, "version": VERSION, "generation": self._generation}
        atomic.save(self._directory / "state.json", tree)
        self._file.close()
        self._file, self.size = after, 0
        before.unlink()

    def close(self) -> None:
        """Leave the directory to others."""
        self._file.close()
        self._lock.close()

    def _path(self, generation: int) -> Path:
        return self._directory / f"journal.{generation}"


def _snapshot(directory: Path) -> dict[str, Any]:
    try:
        found = atomic.load(directory / "state.json")
    except ValueError as error:
        raise StateError(f"{directory}/state.json is damaged: {error}") from error
    if found.get("version", VERSION) != VERSION:
        raise StateError(
            f"{directory} was written by another version of Zertify: remove it to begin anew"
        )
    return found
