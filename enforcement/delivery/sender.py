"""Brings the messages of a spool to a syslog server, at least once and in their order.

No transport of syslog says that a message has arrived. A message counts as delivered when nothing
of it waits in this machine's network buffers and its connection has stayed up for `SETTLE_S`
behind that. When a server goes, everything behind the last one that counts is sent again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from enforcement.delivery import atomic, spool
from enforcement.delivery.errors import SpoolError
from enforcement.delivery.spool import Place
from enforcement.delivery.transports import Link, Server, connect

SETTLE_S = 2.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
_SAVE_S = 0.2
_IDLE_S = 0.2
_MOST_MESSAGES = 256


class Pace:
    """At most so many messages a second, also while catching up."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._room = self._burst = max(1.0, rate / 10)
        self._seen = time.monotonic()

    def room(self) -> int:
        """Return how many messages may go now."""
        now = time.monotonic()
        self._room = min(self._burst, self._room + (now - self._seen) * self._rate)
        self._seen = now
        return int(self._room)

    def took(self, count: int) -> None:
        """Count messages that went."""
        self._room -= count


class Sender(threading.Thread):
    """A thread that delivers from the spool of a state directory; `acked` is kept in a file there.

    `wake` is set when the spool has more. What lies in files of it behind the one that `kept` names
    is not counted as delivered: a kill would write it anew, at other places.
    """

    def __init__(
        self,
        server: Server,
        state: Path,
        rate: int,
        say: Callable[[str], None],
        kept: Callable[[], int],
    ) -> None:
        super().__init__(name="syslog", daemon=True)
        self.wake = threading.Event()
        self._directory, self._file = state / "spool", state / "acked.json"
        self.acked = self.sent = _place(self._file, self._directory)
        self.error = ""
        self._server, self._say, self._kept = server, say, kept
        self._pace = Pace(rate)
        self._closing, self._at_once = threading.Event(), threading.Event()
        self._saved, self._saved_at = self.acked, 0.0
        self._failures = 0

    def run(self) -> None:
        while not self._at_once.is_set() and not self._is_done(self.acked):
            try:
                link = connect(self._server)
            except OSError as error:
                self._failed(error)
                continue
            try:
                self._deliver(link)
            except OSError as error:
                self._failed(error)
            finally:
                link.close()
        self._save()

    def finish(self, grace_s: float) -> None:
        """Deliver what is there within a time, then end; the rest stays in the spool."""
        self._closing.set()
        self.wake.set()
        self.join(grace_s)
        self._at_once.set()
        self.wake.set()
        self.join()

    def _deliver(self, link: Link) -> None:
        sent = self.acked
        flying: deque[tuple[float, Place]] = deque()
        while not self._at_once.is_set():
            self.wake.clear()
            link.check()
            self._settle(link, flying)
            if self._is_done(self.acked):
                return
            # A server that was gone must take one message before it gets more.
            may = 0 if self._failures and flying else 1 if self._failures else self._pace.room()
            messages, after = spool.read(self._directory, sent, min(may, _MOST_MESSAGES))
            if messages:
                link.send(messages)
                self._pace.took(len(messages))
                flying.append((time.monotonic(), after))
            elif not flying or may:
                self.wake.wait(_IDLE_S)
            else:
                self._at_once.wait(_IDLE_S / 20)
            sent = self.sent = after

    def _settle(self, link: Link, flying: deque[tuple[float, Place]]) -> None:
        now = time.monotonic()
        if flying and flying[0][0] <= now - SETTLE_S and not link.waiting():
            while flying and flying[0][0] <= now - SETTLE_S:
                self.acked = flying.popleft()[1]
            if self._failures:
                self._failures, self.error = 0, ""
                self._say("the syslog server takes messages again")
        if self.acked != self._saved and now - self._saved_at >= _SAVE_S:
            self._save()

    def _is_done(self, place: Place) -> bool:
        return self._closing.is_set() and not spool.read(self._directory, place, 1)[0]

    def _failed(self, error: OSError) -> None:
        self.error = str(error)
        if not self._failures:
            self._say(f"the syslog server can't be reached, messages wait: {error}")
        wait = min(FIRST_WAIT_S * 2**self._failures, LONGEST_WAIT_S)
        self._failures = min(self._failures + 1, 10)
        self._at_once.wait(wait)

    def _save(self) -> None:
        if self.acked.segment > self._kept():
            return
        atomic.save(self._file, asdict(self.acked))
        self._saved, self._saved_at = self.acked, time.monotonic()
        spool.forget(self._directory, self.acked.segment)


def _place(kept: Path, directory: Path) -> Place:
    try:
        place = Place(**atomic.load(kept))
    except (ValueError, TypeError) as error:
        raise SpoolError(f"{kept} is damaged: {error}") from error
    if not spool.segment_path(directory, place.segment).exists():
        raise SpoolError(f"{kept} and {directory} do not belong together")
    return place
