"""Where records come from: a file that grows, rotation or not, or a named pipe."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Protocol

PIECE_BYTES = 1 << 20
_ROTATED = re.compile(r"[-._]\d.*")
_PLAIN = re.compile(r"[-._]\d[\dTZ:+._-]*")
"""What rotation puts behind the feed's name: a number or a time; with `.gz` it is packed."""


@dataclass(frozen=True, slots=True)
class Where:
    """How far a file was read; a pipe has no such place."""

    device: int = 0
    inode: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """What was read, and the place behind it; `is_end`: what comes next is another stream.

    `is_whole`: what was there has been read, so it may end with a whole record, and is asked: of
    one that does nothing waits for what follows.
    """

    data: bytes
    where: Where
    is_end: bool = False
    is_whole: bool = False


class Feed(Protocol):
    """Something to read from, without waiting."""

    def next(self) -> Piece | None:
        """Return what is there, None when there is nothing."""

    def close(self) -> None:
        """Close what is open."""


def open_feed(path: Path, where: Where, say: Callable[[str], object] = str) -> Feed:
    """Return the feed at `path`, from a place on; raises `OSError`.

    `say` is told of records that may be missing.
    """
    return Pipe(path) if stat.S_ISFIFO(path.stat().st_mode) else GrowingFile(path, where, say)


class Pipe:
    """A named pipe; writers may come and go."""

    def __init__(self, path: Path) -> None:
        # Open for writing too: a pipe without writers would be at its end all the time.
        self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def next(self) -> Piece | None:
        with suppress(BlockingIOError):
            data = os.read(self._fd, PIECE_BYTES)
            return Piece(data, Where(), is_whole=len(data) < PIECE_BYTES)
        return None

    def close(self) -> None:
        os.close(self._fd)


class GrowingFile:
    """A file that others append to; it may be renamed and made anew, or cut to nothing."""

    def __init__(self, path: Path, where: Where, say: Callable[[str], object]) -> None:
        self._path, self._say = path, say
        found = _found(path, where)
        if where.inode and not found:
            say(
                f"the file that was read is not beside {path} any more: what came into it behind"
                f" byte {where.offset}, and into files between the two, is left out"
            )
        self._file = (found or path).open("rb", buffering=0)
        size, self._where = self._look()
        if (self._where.device, self._where.inode) == (where.device, where.inode):
            self._where = where
        self._file.seek(self._where.offset)
        self._is_other = bool(where.inode) and (
            self._where.inode != where.inode or size < where.offset
        )

    def next(self) -> Piece | None:
        if self._is_other:
            return self._begin()
        data = self._file.read(PIECE_BYTES)
        is_over = not data and self._is_replaced()
        if is_over:  # what was appended before the name went to another file
            data = self._file.read(PIECE_BYTES)
        if data:
            where = self._where
            self._where = Where(where.device, where.inode, where.offset + len(data))
            return Piece(data, self._where, is_whole=len(data) < PIECE_BYTES)
        if is_over or self._look()[0] < self._where.offset:
            return self._begin()
        return None

    def close(self) -> None:
        self._file.close()

    def _begin(self) -> Piece:
        """Begin what was written behind the file."""
        following = self._following()
        self._file.close()
        self._file = following
        self._is_other = False
        self._where = self._look()[1]
        return Piece(b"", self._where, is_end=True)

    def _following(self) -> FileIO:
        """Open the file that came next: one that was rotated as well, else that of the name."""
        own = os.fstat(self._file.fileno())
        for path, inode in (
            _rotated_after(own, self._path, self._say) if self._is_replaced() else ()
        ):
            with suppress(FileNotFoundError):
                file = path.open("rb", buffering=0)
                if os.fstat(file.fileno()).st_ino == inode:
                    return file
                file.close()
            return self._following()  # names have moved on meanwhile
        return self._path.open("rb", buffering=0)

    def _look(self) -> tuple[int, Where]:
        found = os.fstat(self._file.fileno())
        return found.st_size, Where(found.st_dev, found.st_ino)

    def _is_replaced(self) -> bool:
        """Whether the name is another file's; while it is nobody's, the file is the old one."""
        with suppress(FileNotFoundError):
            found = self._path.stat()
            return (found.st_dev, found.st_ino) != (self._where.device, self._where.inode)
        return False


def _found(path: Path, where: Where) -> Path | None:
    """Return the file that was read, under the name that rotation gave it in its folder."""
    if not where.inode:
        return None
    for one in [path, *sorted(path.parent.glob(f"{path.name}*"))]:
        with suppress(FileNotFoundError):
            found = one.stat()
            if (found.st_dev, found.st_ino) == (where.device, where.inode):
                return one
    return None


def _rotated_after(
    own: os.stat_result, path: Path, say: Callable[[str], object]
) -> Iterator[tuple[Path, int]]:
    """Yield files of a feed, and their inodes, that were changed after one, in that order."""
    found, others = [], {*path.parent.glob(f"{path.name}*")} - {path}
    for one in others:
        with suppress(FileNotFoundError):
            about = one.stat()
            if stat.S_ISREG(about.st_mode) and about.st_size and about.st_ino != own.st_ino:
                found.append((about.st_mtime_ns, one, about.st_ino))
    for changed, one, inode in sorted(found):
        added = one.name.removeprefix(path.name)
        is_plain = _PLAIN.fullmatch(added)
        # While a file is being packed it is still there itself.
        is_packed = _ROTATED.fullmatch(added) and one.with_suffix("") not in others
        if changed > own.st_mtime_ns and is_plain:
            yield one, inode
        elif changed > own.st_mtime_ns and is_packed:
            say(f"{one} came next and can't be read as it is: its records are left out")
        elif changed == own.st_mtime_ns and is_plain:
            say(f"{one} may have come next, its time does not tell: its records are left out")
