"""Posted records as a feed that is followed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO, Final

from enforcement.feeds import inbox
from enforcement.live.errors import StateError
from enforcement.live.following import LOOK_S
from enforcement.live.sources import PIECE_BYTES, Piece, Where
from enforcement.models import Feed, Post

_POSTS: Final = 200
MOST_LOOK_S: Final = 0.1
_SLOWER: Final = 1.2
Row = tuple[int, int, datetime]


class Arrivals:
    """Where the records of each feed end; one question for all feeds, rarer while nothing comes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends: dict[int, int] = {}
        self._wait_s, self._due = LOOK_S, 0.0

    def end_of(self, feed: Feed) -> int:
        """Return the end as it was at the last look; raises database errors."""
        now = self._clock()
        if now >= self._due:
            ends = dict(Feed.objects.order_by().values_list("pk", "size_bytes"))
            is_quiet = ends == self._ends
            self._wait_s = min(_SLOWER * self._wait_s, MOST_LOOK_S) if is_quiet else LOOK_S
            self._ends, self._due = ends, now + self._wait_s
        return self._ends.get(feed.pk, 0)


class Inbox:
    """What was posted, from a place on; `offset` of a place counts from the feed's beginning.

    `arrived_at` is when the oldest records of the last piece came.
    """

    def __init__(self, feed: Feed, arrivals: Arrivals, where: Where) -> None:
        self.arrived_at: datetime | None = None
        self._feed, self._arrivals, self._at = feed, arrivals, where.offset
        self._posts: list[Row] = []
        self._file: BinaryIO | None = None
        self._begin = 0

    def next(self) -> Piece | None:
        """Return posts that belong together in one piece; raises database errors."""
        if not self._posts and self._arrivals.end_of(self._feed) > self._at:
            rows = Post.objects.filter(feed=self._feed, start__gte=self._at, length__gt=0)
            found = rows.order_by("start").values_list("start", "length", "received_at")
            self._posts = list(found[:_POSTS])
        if not self._posts:
            return None
        start, length, self.arrived_at = self._posts.pop(0)
        end = start + length
        while self._posts and self._posts[0][0] + self._posts[0][1] - start <= PIECE_BYTES:
            end = self._posts[0][0] + self._posts.pop(0)[1]
        data = self._read(start, end)
        self._at = end
        return Piece(data, Where(0, 0, end), is_whole=True)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def _read(self, start: int, end: int) -> bytes:
        parts = []
        while start < end:
            file, begin, file_end = self._holding(start)
            file.seek(start - begin)
            part = file.read(min(end, file_end) - start)
            if not part:
                raise self._lost(start)
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def _lost(self, at: int) -> StateError:
        return StateError(
            f"records that were taken are gone: {inbox.segment_path(self._feed, 0).parent} does not"
            f" have byte {at} of the feed. Bring its files back, or go on behind what is lost with"
            f" `manage.py live --anew {self._feed.name}`"
        )

    def _holding(self, at: int) -> tuple[BinaryIO, int, int]:
        """The file that holds a place of the feed, and the places where it begins and ends.

        Looked for each time: a file ends where the next one begins, whatever lies behind that.
        """
        folder = inbox.segment_path(self._feed, 0).parent
        starts = sorted(int(one.name) for one in folder.glob("*"))
        begin = max((one for one in starts if one <= at), default=None)
        if begin is None:
            raise self._lost(at)
        if self._file is None or self._begin != begin:
            self.close()
            self._begin = begin
            self._file = inbox.segment_path(self._feed, begin).open("rb", buffering=0)
        return self._file, begin, min((one for one in starts if one > at), default=1 << 62)
