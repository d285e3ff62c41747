"""Where zertify_forward.py keeps batches until the server has them."""

from __future__ import annotations

import gzip
import json
import os
import threading
import uuid
from collections import deque
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]


class Spool:
    """Batches on the disk: `N.batch`, and the place of the source behind the last delivered one.

    One process uses it, in which one thread puts and another takes. Refused batches (`N.refused`)
    count towards the limit too.
    """

    def __init__(self, directory: Path, most_bytes: int) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory, self.most_bytes = directory, most_bytes
        self._lock = threading.Lock()
        self._held = self._hold(directory)  # two would give their batches the same keys
        self._state = directory / "state.json"
        kept = json.loads(self._state.read_text()) if self._state.exists() else {}
        self.name = kept.get("name") or uuid.uuid4().hex[:12]
        self.place, self.number = kept.get("place"), kept.get("number", 0)
        self._save(self._state, json.dumps({**kept, "name": self.name}).encode())
        self._waiting: deque[Path] = deque()
        for one in sorted(directory.glob("*.batch")):
            if self._number(one) <= self.number:  # delivered just before a crash
                one.unlink()
            else:
                self._waiting.append(one)
        for one in self._waiting:
            self.number, self.place = self._number(one), self._head(one)
        self._size = sum(
            one.stat().st_size for one in (*self._waiting, *directory.glob("*.refused"))
        )

    def first(self) -> Path | None:
        """The oldest batch that is not delivered."""
        with self._lock:
            return self._waiting[0] if self._waiting else None

    def is_behind(self) -> bool:
        """Whether batches wait behind the one that is on its way."""
        with self._lock:
            return len(self._waiting) > 1

    def has_room(self) -> bool:
        with self._lock:
            return self._size < self.most_bytes

    def put(self, data: bytes, place: object) -> None:
        """Keep a batch, and where the source goes on behind it, in one step."""
        self.number, self.place = self.number + 1, place
        path = self.directory / f"{self.number:012d}.batch"
        packed = json.dumps(place).encode() + b"\n" + gzip.compress(data, 6)
        self._save(path, packed)
        with self._lock:
            self._waiting.append(path)
            self._size += len(packed)

    def body(self, path: Path) -> tuple[str, bytes]:
        """The key and the packed records of a batch."""
        return f"{self.name}-{self._number(path)}", path.read_bytes().partition(b"\n")[2]

    def done(self, path: Path, *, refused: bool = False) -> None:
        """Forget a delivered batch; a refused one is set aside."""
        tree = {"name": self.name, "place": self._head(path), "number": self._number(path)}
        self._save(self._state, json.dumps(tree).encode())
        size = path.stat().st_size
        if refused:
            path.replace(path.with_suffix(".refused"))
        else:
            path.unlink()
        with self._lock:
            self._waiting.popleft()
            self._size -= 0 if refused else size

    @staticmethod
    def _hold(directory: Path) -> BinaryIO:
        """Keep other processes away for as long as the file is open. Raises ValueError."""
        file = (directory / "lock").open("ab")
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError) as error:
                file.close()
                raise ValueError(f"the spool {directory} is in use by another process") from error
        return file

    @staticmethod
    def _number(path: Path) -> int:
        return int(path.name.partition(".")[0])

    @staticmethod
    def _head(path: Path) -> object:
        with path.open("rb") as file:
            return json.loads(file.readline())

    @staticmethod
    def _save(path: Path, data: bytes) -> None:
        """The file, and then its name, are on the disk when this returns."""
        spare = path.with_suffix(f"{path.suffix}.new")
        with spare.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        spare.replace(path)
        opened = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
