"""Decoding and sorting in a thread of its own, one batch ahead of the database.

numpy, polars and the database driver all release the interpreter's lock, so that decoding the
next batch and loading this one use two cores. The dump is read in windows, which bound what
decoding needs; windows are joined to batches, which are worth a transaction. The first window goes
alone, so that the database has work at once; a batch grows up to twice its size while the database
is busy. One batch is loaded and one waits, no more: that bounds memory.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from analyzer.ingest.load.intervals import Intervals, prepare
from smf.reader import Batch, DumpReader, ReadOptions

_WAIT_S = 0.5
_WINDOW_BYTES = 6 << 20
_GROWTH = 3
_MANY = 20_000  # of what has texts and bytes, which take far more memory than numbers


@dataclass(frozen=True, slots=True)
class Opened:
    """What the reader found out about the file."""

    framing: str
    framing_reason: str
    wrapper: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """A batch, its interval records (made ready, gone from it), and how far reading had come."""

    batch: Batch
    ready: Intervals
    bytes_done: int


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing more comes."""

    sha256: str


_Item = Opened | Decoded | _End | BaseException


class Readahead:
    """Iterates over what the reader finds: `Opened`, then every `Decoded` batch.

    `idle` is called about twice a second while nothing is ready. Errors of the reader are raised
    here. Leaving the block ends the thread, whatever it reads. `sha256` is that of the file, once
    all was read and where the options ask for it.
    """

    def __init__(self, path: Path, options: ReadOptions, idle: Callable[[], None]) -> None:
        self.sha256 = ""
        self._path = path
        self._batch_bytes = options.batch_bytes
        self._idle = idle
        self._items: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._room = threading.Semaphore(1)
        self._stopped = threading.Event()
        self._options = replace(
            options,
            batch_bytes=min(options.batch_bytes, _WINDOW_BYTES),
            is_stopped=self._stopped.is_set,
        )
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
                self.sha256 = item.sha256
                return
            if isinstance(item, BaseException):
                raise item
            if isinstance(item, Decoded):
                self._room.release()
            yield item
            del item  # a batch is big: do not keep it while waiting for the next

    def _work(self) -> None:
        try:
            for item in self._read():
                self._items.put(item)
                del item
        except BaseException as error:  # noqa: BLE001  # raised again in the other thread
            self._items.put(error)

    def _read(self) -> Iterator[_Item]:
        with DumpReader(self._path, self._options) as reader:
            yield Opened(
                str(reader.framing), reader.framing_reason, reader.wrapper, reader.size_bytes
            )
            windows: list[Batch] = []
            wanted = self._options.batch_bytes
            for window in reader:
                if self._stopped.is_set():
                    return
                windows.append(window)
                size = self._options.batch_bytes * len(windows)
                full = size >= _GROWTH * wanted or _weight(windows) >= _MANY
                if (full or size >= wanted) and self._take_room(wait=full):
                    yield _decoded(windows, reader.consumed_bytes)
                    wanted = self._batch_bytes
            if windows and self._take_room(wait=True):
                yield _decoded(windows, reader.consumed_bytes)
            yield _End(reader.sha256())

    def _take_room(self, *, wait: bool) -> bool:
        """Whether one more batch may be made ready: none waits for the database yet."""
        while not self._room.acquire(timeout=_WAIT_S if wait else 0):
            if not wait or self._stopped.is_set():
                return False
        return True


def _decoded(windows: list[Batch], bytes_done: int) -> Decoded:
    """What the database gets; the list is empty afterwards, lest memory hold the windows too."""
    batch = windows[0] if len(windows) == 1 else _joined(windows)
    windows.clear()
    ready = prepare(batch.activity)
    return Decoded(replace(batch, activity=batch.activity.clear()), ready, bytes_done)


def _weight(windows: list[Batch]) -> int:
    return sum(
        len(window.rejects) + len(window.protections) + len(window.connections)
        for window in windows
    )


def _joined(windows: list[Batch]) -> Batch:
    """The windows as one batch, which ends where the last of them ends."""
    ignored: Counter[str] = Counter()
    for window in windows:
        ignored.update(window.ignored)
    return Batch(
        protections=pl.concat(window.protections for window in windows),
        sessions=pl.concat(window.sessions for window in windows),
        activity=pl.concat((window.activity for window in windows), rechunk=True),
        connections=pl.concat(window.connections for window in windows),
        coverage=pl.concat(window.coverage for window in windows),
        ignored=dict(ignored),
        rejects=[reject for window in windows for reject in window.rejects],
        tail=windows[-1].tail,
        records=sum(window.records for window in windows),
        position=windows[-1].position,
    )
