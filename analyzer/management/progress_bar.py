"""Progress of an import on a terminal: bytes, records, rate, time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from analyzer.ingest.pipeline import Done

_WIDTH = 30
_CLEAR = "\r\x1b[K"


class Terminal(Protocol):
    """Django's OutputWrapper, as far as it is used here."""

    def write(self, msg: str = "", *, ending: str | None = None) -> None: ...


class ProgressBar:
    """Draws over one line; the line is empty again when all is done."""

    def __init__(self, terminal: Terminal, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._clock_s = clock_s
        self._began_s = clock_s()

    def __call__(self, done: Done) -> None:
        if done.done_bytes >= done.size_bytes:
            self._terminal.write(_CLEAR, ending="")
            return
        self._terminal.write(f"{_CLEAR}{self._line(done)}", ending="")

    def _line(self, done: Done) -> str:
        share = done.done_bytes / done.size_bytes
        full = int(_WIDTH * share)
        seconds = max(self._clock_s() - self._began_s, 1e-3)
        rate = done.done_bytes / seconds
        left_s = round((done.size_bytes - done.done_bytes) / rate) if rate else 0
        return (
            f"[{'#' * full}{'.' * (_WIDTH - full)}] {share:4.0%} "
            f"{done.done_bytes >> 20:,} of {done.size_bytes >> 20:,} MB, {done.records:,} records, "
            f"{rate / (1 << 20):,.0f} MB/s, {timedelta(seconds=left_s)} left"
        )
