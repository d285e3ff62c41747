"""Decoding in a thread of its own, one batch ahead of the database.

numpy, polars and the database driver all release the interpreter's lock, so that decoding the
next batch and loading this one use two cores. The bounded queue bounds memory.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from smf.reader import Batch, DumpReader, ReadOptions

_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class Opened:
    """What the reader found out about the file."""

    framing: str
    framing_reason: str
    wrapper: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """A batch, and how far in the file on disk the reader had come with it."""

    batch: Batch
    bytes_done: int


class _End:
    """Nothing more comes."""


_Item = Opened | Decoded | _End | BaseException


class Readahead:
    """Iterates over what the reader finds: `Opened`, then every `Decoded` batch.

    `idle` is called about twice a second while nothing is ready. Errors of the reader are raised
    here. Leaving the block ends the thread.
    """

    def __init__(self, path: Path, options: ReadOptions, idle: Callable[[], None]) -> None:
        self._path = path
        self._options = options
        self._idle = idle
        self._items: queue.Queue[_Item] = queue.Queue(maxsize=1)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="decode", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def __iter__(self) -> Iterator[Opened | Decoded]:
        while True:
            try:
                item = self._items.get(timeout=_WAIT_S)
            except queue.Empty:
                self._idle()
                continue
            if isinstance(item, _End):
                return
            if isinstance(item, BaseException):
                raise item
            yield item

    def _work(self) -> None:
        try:
            for item in self._read():
                if not self._put(item):
                    return
            self._put(_End())
        except BaseException as error:  # noqa: BLE001  # raised again in the other thread
            self._put(error)

    def _read(self) -> Iterator[_Item]:
        with DumpReader(self._path, self._options) as reader:
            yield Opened(
                str(reader.framing), reader.framing_reason, reader.wrapper, reader.size_bytes
            )
            for batch in reader:
                yield Decoded(batch, reader.consumed_bytes)

    def _put(self, item: _Item) -> bool:
        while not self._stopped.is_set():
            try:
                self._items.put(item, timeout=_WAIT_S)
            except queue.Full:
                continue
            return True
        return False
