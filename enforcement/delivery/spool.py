"""Messages on disk between engine and server: numbered files of entries, a length before each."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from enforcement.delivery import atomic
from enforcement.delivery.atomic import Marked
from enforcement.delivery.errors import SpoolError

SEGMENT_BYTES = 16 << 20
_READ_BYTES = 1 << 16
_LENGTH = struct.Struct(">I")
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two messages; `sequence` is the number of the message before it."""

    segment: int = 1
    offset: int = 0
    sequence: int = 0


class Spool:
    """Appends messages. What lies behind `place` is cut off: whoever opens it writes it again."""

    def __init__(self, directory: Path, place: Place) -> None:
        atomic.make_folder(directory)
        self.directory = directory
        self.place = place
        for path in directory.iterdir():
            if path.name.isdecimal() and int(path.name) > place.segment:
                path.unlink()
        path = segment_path(directory, place.segment)
        if place.offset and not path.exists():
            raise SpoolError(f"{path} is missing; messages up to {place.sequence} were in it")
        self._file = path.open("ab", buffering=0)
        atomic.secure(directory)
        self._file.truncate(min(place.offset, path.stat().st_size))

    def put(self, messages: Sequence[bytes]) -> None:
        """Append messages; they are seen by readers at once."""
        data = b"".join(_LENGTH.pack(len(one)) + one for one in messages)
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        place = self.place
        self.place = Place(place.segment, place.offset + len(data), place.sequence + len(messages))

    def mark(self) -> Marked:
        """Begin another file when this one is large; return what is to be secured."""
        marked = self._file
        is_over = self.place.offset >= SEGMENT_BYTES
        if is_over:
            self.place = Place(self.place.segment + 1, 0, self.place.sequence)
            self._file = segment_path(self.directory, self.place.segment).open("ab", buffering=0)
            atomic.secure(self.directory)
        return Marked(marked, is_over)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read(directory: Path, place: Place, most: int) -> tuple[list[bytes], Place]:
    """Return whole messages behind `place`, and the place behind them; none when there are none."""
    path = segment_path(directory, place.segment)
    # Looked for first: a file grows no more once there is a next one.
    is_ended = segment_path(directory, place.segment + 1).exists()
    found: list[bytes] = []
    data = b""
    if path.exists():
        with path.open("rb") as file:
            file.seek(place.offset)
            data = file.read(_READ_BYTES)
    at = 0
    while len(found) < most and at + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        if at + _LENGTH.size + length > len(data):
            break
        found.append(data[at + _LENGTH.size : at + _LENGTH.size + length])
        at += _LENGTH.size + length
    if not data and is_ended:
        return read(directory, Place(place.segment + 1, 0, place.sequence), most)
    return found, Place(place.segment, place.offset + at, place.sequence + len(found))


def forget(directory: Path, before: int) -> None:
    """Remove files that nobody reads any more."""
    for path in directory.iterdir():
        if path.name.isdecimal() and int(path.name) < before:
            path.unlink(missing_ok=True)


def size_of(directory: Path) -> int:
    """Return how many bytes the files of messages have, delivered ones with them."""
    sizes = []
    for path in directory.iterdir():
        with suppress(FileNotFoundError):  # just delivered
            sizes.append(path.stat().st_size)
    return sum(sizes)


def segment_path(directory: Path, segment: int) -> Path:
    """Return the name of a file of messages."""
    return directory / f"{segment:0{_DIGITS}d}"
