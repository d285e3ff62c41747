"""Files that grow to a size and go on under the next number: `console.log.000001` and so on."""

from __future__ import annotations

from io import FileIO
from pathlib import Path

from enforcement.delivery import atomic
from enforcement.delivery.atomic import Marked

_DIGITS = 6


class RotatingFile:
    """Appends whole records; what lies behind `number` and `size` is cut off at the start."""

    def __init__(self, base: Path, most_bytes: int, number: int = 0, size: int = 0) -> None:
        self._base = base
        self._most = most_bytes
        self.number = number or max(_numbers(base), default=0) + 1
        self.size = size
        for one in _numbers(base):
            if one > self.number:
                self._path(one).unlink()
        self._file = self._opened()
        self._file.truncate(min(size, self._path(self.number).stat().st_size))

    @property
    def is_full(self) -> bool:
        """Whether the next `mark` begins another file."""
        return self.size >= self._most

    def write(self, data: bytes) -> None:
        """Append whole records."""
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self.size += len(data)

    def mark(self, *, ends: bool = False) -> Marked:
        """Begin another file when this one is full or ends; return what is to be secured."""
        marked = self._file
        is_over = self.is_full or (ends and bool(self.size))
        if is_over:
            self.number, self.size = self.number + 1, 0
            self._file = self._opened()
        return Marked(marked, is_over)

    def closed(self, before: int) -> list[Path]:
        """Return the files below a number, the oldest first."""
        return [self._path(one) for one in sorted(_numbers(self._base)) if one < before]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _opened(self) -> FileIO:
        file = self._path(self.number).open("ab", buffering=0)
        atomic.secure(self._base.parent)
        return file

    def _path(self, number: int) -> Path:
        return self._base.with_name(f"{self._base.name}.{number:0{_DIGITS}d}")


def _numbers(base: Path) -> list[int]:
    ends = (one.name.removeprefix(f"{base.name}.") for one in base.parent.glob(f"{base.name}.*"))
    return [int(end) for end in ends if end.isdecimal() and len(end) >= _DIGITS]
