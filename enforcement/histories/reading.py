"""Connection records from the store, one part ahead of whoever works on them.

The database writes the next part while this one goes through the engine: two cores, two parts in
memory at most. The thread has a connection of its own, whose query is canceled when the work ends.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

import polars as pl
import psycopg
from django.db import connection

from analyzer import history
from analyzer.history import Part, Place, Window

PART_ROWS: Final = 40_000
READ_LIMIT_S: Final = 900
_WAIT_S: Final = 0.5


class Switches:
    """What was switched in a window, part by part; `last` is the time of the last record so far."""

    def __init__(self, window: Window, limit_s: float = READ_LIMIT_S) -> None:
        self.last: int | None = None
        self._all = history.switches(window, limit_s=limit_s)

    def of(self, part: Part) -> pl.DataFrame:
        """Return what stands behind the records before a part, and before the last of it.

        What was switched at the time of a record comes behind all records of that time.
        """
        time_of, found = pl.col("local_time"), self._all
        if self.last is not None:
            found = found.filter(time_of >= self.last)
        if len(part.frame):
            self.last = part.frame["local_time"][-1]
        return found if part.place is None else found.filter(time_of < self.last)


class Ahead:
    """Iterates over the parts of a window behind a place; errors of the reader are raised here.

    `left_s` says how many seconds the next part may take, 0 for no limit, or raises.
    """

    def __init__(
        self,
        window: Window,
        place: Place | None,
        left_s: Callable[[], float] = lambda: READ_LIMIT_S,
    ) -> None:
        self._window, self._place, self._left_s = window, place, left_s
        self._asking: Any = None
        self._handing = threading.Lock()
        self._parts: queue.Queue[Part | Exception] = queue.Queue(maxsize=1)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="read ahead", daemon=True)

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
        self._thread.join(0 if kind else _WAIT_S)
        while self._thread.is_alive():  # a query that is about to begin hears no cancel
            self._cancel()
            self._thread.join(_WAIT_S)

    def __iter__(self) -> Iterator[Part]:
        while True:
            found = self._parts.get()
            if isinstance(found, Exception):
                raise found
            yield found
            if found.place is None:
                return

    def _work(self) -> None:
        try:
            connection.ensure_connection()
            self._hand(connection.connection)
            place = self._place
            while not self._stopped.is_set():
                part = history.connection_part(
                    self._window, place, most=PART_ROWS, limit_s=self._left_s()
                )
                place = part.place
                if not self._put(part) or place is None:
                    return
        except Exception as error:  # noqa: BLE001 -- raised again in the other thread
            self._put(error)
        finally:
            self._hand(None)
            connection.close()

    def _hand(self, asking: Any) -> None:
        with self._handing:
            self._asking = asking

    def _cancel(self) -> None:
        with self._handing, suppress(psycopg.OperationalError):
            if self._asking is not None:
                self._asking.cancel_safe(timeout=_WAIT_S)

    def _put(self, found: Part | Exception) -> bool:
        while not self._stopped.is_set():
            try:
                self._parts.put(found, timeout=_WAIT_S)
            except queue.Full:
                continue
            return True
        return False
