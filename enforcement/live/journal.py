"""What following knows, on disk: a snapshot, and everything that was read since.

A piece of the feed is in the journal before it is worked on. After a kill, the snapshot and the
same pieces once more give the same state and the same outputs, byte for byte. A snapshot is written
by a thread while the feed goes on in the next file; until it is whole, the one before and the
pieces of both files say the same.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
import zlib
from collections.abc import Generator, Iterator
from dataclasses import replace
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

from enforcement.delivery import atomic
from enforcement.live import snapshots
from enforcement.live.errors import StateError
from enforcement.live.snapshots import Snapshot
from enforcement.live.sources import Where

VERSION = 6
_HEAD = struct.Struct(">BIIQQQ")
_REST_S = 0.002


class Kind(IntEnum):
    """What was done with a piece; INSTALL: the piece says what is installed where.

    WHOLE is DATA that is asked whether it ends with a whole record. NEXT begins each file but the
    first: the place says how long the file before it was.
    """

    DATA = 1
    SETTLE = 2
    END = 3
    INSTALL = 4
    WHOLE = 5
    NEXT = 6


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
        self._kept = self._generation = int(self.snapshot.tree.get("generation", 0))
        self._file = self._path(self._generation).open("ab", buffering=0)
        self._writer: threading.Thread | None = None
        self._error: Exception | None = None
        self._hurries = threading.Event()
        self.size = 0

    def entries(self) -> Iterator[Entry]:
        """Yield what was read since the snapshot; what a kill left half written is cut off."""
        self.size, generation = 0, self._kept
        while True:
            end = yield from self._read(generation)
            if _length_before(self._path(generation + 1)) != end:
                break
            generation += 1
        self._file.close()
        for one in self._directory.glob("journal.*"):
            if int(one.suffix[1:]) > generation:
                one.unlink()
        self._generation = generation
        self._file = self._path(generation).open("ab", buffering=0)
        self._file.truncate(end)

    def add(self, kind: Kind, data: bytes, where: Where) -> None:
        """Keep a piece; a kill of the process from now on loses nothing of it."""
        self.size += self._write(kind, data, where)

    def secure(self) -> None:
        """Bring what was added to the disk: a crash of the machine loses nothing of it either."""
        os.fsync(self._file.fileno())

    def begin(self, snapshot: Snapshot) -> None:
        """Let a snapshot take the place of everything kept so far, as soon as it is whole."""
        self.finish()
        length = os.fstat(self._file.fileno()).st_size
        self._file.close()
        self._generation += 1
        self._file = self._path(self._generation).open("wb", buffering=0)
        self._write(Kind.NEXT, b"", Where(offset=length))
        atomic.secure(self._directory)
        self.size = 0
        tree = {**snapshot.tree, "version": VERSION, "generation": self._generation}
        self._writer = threading.Thread(
            target=self._save, args=(replace(snapshot, tree=tree), self._generation), daemon=True
        )
        self._writer.start()

    @property
    def is_writing(self) -> bool:
        """Whether a snapshot is on its way, or nobody has asked what became of it."""
        return self._writer is not None

    def is_done(self) -> bool:
        """Whether a snapshot has become whole since this was asked; raises why it has not."""
        if self._writer is None or self._writer.is_alive():
            return False
        self.finish()
        return True

    def finish(self) -> None:
        """Wait until the snapshot on its way is whole; raises why it is not."""
        writer, self._writer = self._writer, None
        if writer:
            self._hurries.set()
            writer.join()
            self._hurries.clear()
        error, self._error = self._error, None
        if error:
            raise error

    def close(self) -> None:
        """Leave the directory to others."""
        if self._writer:  # if it fails, the snapshot before and all pieces are still there
            self._hurries.set()
            self._writer.join()
        self._file.close()
        self._lock.close()

    def _save(self, snapshot: Snapshot, generation: int) -> None:
        try:
            path = self._directory / "state.json"
            snapshots.save(path, snapshot, lambda: self._hurries.wait(_REST_S))
            for one in range(self._kept, generation):
                self._path(one).unlink(missing_ok=True)
            self._kept = generation
        except Exception as error:  # noqa: BLE001 -- raised again in the thread of the feed
            self._error = error

    def _write(self, kind: Kind, data: bytes, where: Where) -> int:
        head = _HEAD.pack(
            kind, len(data), zlib.crc32(data), where.device, where.inode, where.offset
        )
        view = memoryview(head + data)
        size = len(view)
        while view:
            view = view[self._file.write(view) :]
        return size

    def _read(self, generation: int) -> Generator[Entry, None, int]:
        """Yield the pieces of a file; return where the last whole one ends."""
        with self._path(generation).open("rb") as file:
            end = 0
            while found := _entry(file):
                end = file.tell()
                if found[0] is not Kind.NEXT:
                    self.size += _HEAD.size + len(found[1])
                    yield found
            return end

    def _path(self, generation: int) -> Path:
        return self._directory / f"journal.{generation}"


def _entry(file: BinaryIO) -> Entry | None:
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length, check, *where = _HEAD.unpack(head)
    data = file.read(length)
    if len(data) < length or zlib.crc32(data) != check:
        return None
    return Kind(kind), data, Where(*where)


def _length_before(path: Path) -> int | None:
    """How long the file before this one was, None where this one has not begun."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        found = _entry(file)
    return found[2].offset if found else None


def _snapshot(directory: Path) -> Snapshot:
    try:
        found = snapshots.load(directory / "state.json")
    except (ValueError, LookupError, TypeError) as error:
        raise StateError(f"{directory}/state.json is damaged: {error}") from error
    if found.tree.get("version", VERSION) != VERSION:
        raise StateError(
            f"{directory} was written by another version of Zertify: remove it to begin anew"
        )
    return found
