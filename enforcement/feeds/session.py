"""The work on one feed, from its beginning or after a kill, until it is asked to end."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from analyzer.ingest import intake, workers
from enforcement.delivery.errors import SpoolError
from enforcement.delivery.sender import Sender
from enforcement.delivery.spool import Place
from enforcement.delivery.transports import Server
from enforcement.engine.lives import upper
from enforcement.feeds import inbox
from enforcement.feeds.keeping import Keeper
from enforcement.feeds.source import Inbox
from enforcement.live.following import Following
from enforcement.live.sources import Feed as Source
from enforcement.live.sources import Where
from enforcement.models import Feed, Post, Progress

BEAT_S: Final = 1.0
_FILES_S: Final = 5.0
_MOST_MARKS: Final = 10_000
GRACE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """The syslog server of a feed, and how fast it gets messages."""

    server: Server
    rate: int


class Session:
    """A feed that is in the store, being worked on; `begin` first, then `step` again and again."""

    def __init__(self, feed: Feed, directory: Path, following: Following, keeper: Keeper) -> None:
        self.feed, self.following = feed, following
        self.sender: Sender | None = None
        self._directory, self._keeper = directory, keeper
        self._source: Source | None = None
        self._beat_at = self._filed_at = -_FILES_S
        self._marks: deque[tuple[int, float]] = deque()
        self._lag_ms: int | None = None

    def begin(
        self,
        open_feed: Callable[[Where], Source],
        delivery: Delivery | None,
        say: Callable[[str], None],
    ) -> None:
        """Do again what a kill left undone, and start the delivery. Raises `SpoolError` too."""
        start = self._keeper.begin(self.following.mark)
        if delivery:
            kept = self.following.kept_segment
            self.sender = Sender(delivery.server, self._directory, delivery.rate, say, kept)
            self.sender.start()
        self.following.begin(self._opened(open_feed), self._wake, start)

    def step(self) -> bool:
        """Do what there is to do; whether there was anything. Database errors come out."""
        if self.sender and not self.sender.is_alive():
            raise SpoolError("delivery to the syslog server has ended: see what it said")
        arrived = getattr(self._source, "arrived_at", None)
        did = self.following.step()
        now_arrived = getattr(self._source, "arrived_at", None)
        if now_arrived is not None and now_arrived is not arrived:
            self._lag_ms = _age_ms(now_arrived)
        now = time.monotonic()
        if now - self._beat_at >= BEAT_S:
            self._beat_at = now
            self._beat()
        if now - self._filed_at >= _FILES_S:
            self._filed_at = now
            self.file()
        return did

    def end(self) -> None:
        """Keep everything, in order."""
        self.following.end()
        self.file()
        self._beat()

    def close(self, grace_s: float = GRACE_S) -> None:
        """Give the server what waits, for a time; close all files, as they are."""
        if self.sender:
            self.sender.finish(grace_s)
        self.following.close()
        self._keeper.release()

    def file(self) -> None:
        """Hand complete files of records over to the imports; forget what was worked on."""
        files = self.following.outputs.closed_records()
        intake.take_live(files=files, feed=self.feed.name, now=timezone.now())
        if self.feed.kind == Feed.Kind.POSTED:
            inbox.forget(self.feed, self.following.kept_place.offset)

    def _opened(self, open_feed: Callable[[Where], Source]) -> Callable[[Where], Source]:
        def opened(where: Where) -> Source:
            self._source = open_feed(where)
            return self._source

        return opened

    def _wake(self) -> None:
        spool = self.following.outputs.spool
        if self.sender and spool:
            if len(self._marks) < _MOST_MARKS:
                self._marks.append((spool.place.sequence, time.monotonic()))
            self.sender.wake.set()

    def _beat(self) -> None:
        """Tell the pages how things are."""
        following = self.following
        plan = following.engines.plan
        stacks = [
            {
                "stack": stack,
                "records": count,
                "digest": found.digest if found else "",
                "at": found.at if found and found.digest else "",
                "unclear": found.unclear if found else "",
            }
            for stack, count in sorted(following.engines.met.items())
            for found in (plan.get(upper(stack)),)
        ]
        # Without a webhook nothing is kept for one: it begins with what comes after it was set.
        behind = {} if settings.LIVE.webhook else {"hook_sequence": F("sequence")}
        Progress.objects.filter(feed=self.feed).update(
            **behind,
            worker=workers.new_name(),
            seen_at=timezone.now(),
            trouble="",
            done_bytes=following.kept_place.offset,
            work_lag_ms=self._lag(),
            open_connections=following.engines.open_connections,
            delivery=self._delivery(),
            stacks=stacks,
        )

    def _lag(self) -> int | None:
        """How long the oldest records have waited, else how long the last ones had."""
        if not isinstance(self._source, Inbox):
            return None
        rows = Post.objects.filter(
            feed=self.feed, start__gte=self.following.where.offset, length__gt=0
        )
        waiting = rows.order_by("start").values_list("received_at", flat=True).first()
        return _age_ms(waiting) if waiting else self._lag_ms

    def _delivery(self) -> dict[str, Any]:
        spool = self.following.outputs.spool
        if not self.sender or not spool:
            return {}
        sent: Place = self.sender.sent
        while self._marks and self._marks[0][0] <= sent.sequence:
            self._marks.popleft()
        waits = time.monotonic() - self._marks[0][1] if self._marks else 0.0
        return {
            "made": spool.place.sequence,
            "sent": sent.sequence,
            "delivered": self.sender.acked.sequence,
            "lag_ms": int(waits * 1000),
            "error": self.sender.error,
            "held": self.following.outputs.is_held,
        }


def _age_ms(moment: datetime) -> int:
    return max(0, int((timezone.now() - moment).total_seconds() * 1000))
