"""What came of a piece goes to the store in one transaction: once, whatever is killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from django.db import InterfaceError, connection, transaction
from django.db.models import F
from django.utils import timezone

from enforcement.feeds.locks import Lock
from enforcement.live.errors import StateError
from enforcement.live.sources import Where
from enforcement.live.worked import Counts, Mark, Said, Worked
from enforcement.models import Feed, FeedReject, LiveMessage, Progress, RuleSlot

SLOT_S: Final = 10
_GONE_S: Final = 2.0
"""For so long PostgreSQL may take to see that a process is gone that held the lock."""
_BEGIN_ANEW: Final = "remove the directory, and it begins anew behind what the store has"
_COLUMNS: Final = (
    *("feed_id", "sequence", "kind", "message_id", "sysplex", "system", "stack", "protocol"),
    *("rule", "level", "number", "time_us", "text", "stored_at"),
)
_ADD: Final = """
INSERT INTO {table} (feed_id, slot, protocol, rule, matches, messages, suppressed)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (slot, feed_id, protocol, rule) DO UPDATE SET
matches = {table}.matches + excluded.matches, messages = {table}.messages + excluded.messages,
suppressed = {table}.suppressed + excluded.suppressed
"""


class Keeper:
    """Keeps the pieces of one feed, as they are numbered in an epoch of its state directory.

    A piece whose number is not above the last one that was kept came before: it is left out. One
    process at a time keeps a feed; it holds a lock for as long as it is connected.
    """

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._epoch, self._base = "", 0
        self._lock = Lock(f"live feed {feed.pk}")

    def lock(self) -> None:
        """Keep others away, or raise StateError."""
        until = time.monotonic() + _GONE_S
        while not self._lock.take():
            if time.monotonic() > until:
                raise StateError(
                    f"the feed `{self.feed.name}` is being worked on by another process, with"
                    " another state directory: end that one first, or name another feed"
                )
            time.sleep(_GONE_S / 20)

    def begin(self, mark: Mark) -> Where:
        """Go on in an epoch, or begin it behind all messages that there are; return where.

        Raises StateError when state directory and store do not know each other.
        """
        with transaction.atomic():
            found, _ = Progress.objects.select_for_update().get_or_create(feed=self.feed)
            self._check(found, mark)
            if found.epoch != mark.epoch:
                found.epoch, found.piece = mark.epoch, mark.piece
                found.base = found.sequence - mark.sequence
                found.save(update_fields=["epoch", "piece", "base"])
        self._epoch, self._base = mark.epoch, found.base
        return Where(**found.place)

    def keep(self, worked: Worked) -> None:
        """Keep a piece. A database error comes out, and nothing of the piece is kept."""
        if not self._lock.is_held:
            raise InterfaceError("the lock of the feed went with its connection")
        now = timezone.now()
        with transaction.atomic():
            if not self._advance(worked):
                return
            if worked.said:
                self._messages(worked, now)
            if worked.counts:
                self._rules(worked.counts, now)
            if worked.rejected:
                self._rejects(worked, now)

    def release(self) -> None:
        """Let others work on the feed."""
        self._lock.release()

    def _check(self, found: Progress, mark: Mark) -> None:
        is_adopted = not found.epoch and self.feed.kind == Feed.Kind.FOLLOWED
        if found.epoch != mark.epoch and not mark.is_new and not is_adopted:
            raise StateError(
                f"the store knows another state directory of the feed `{self.feed.name}`:"
                f" {_BEGIN_ANEW}"
            )
        if found.epoch == mark.epoch and found.piece < mark.piece:
            raise StateError(
                f"the store has less of the feed `{self.feed.name}` than its state directory: one"
                f" of them is older, or it was followed without the store meanwhile. {_BEGIN_ANEW}"
            )

    def _advance(self, worked: Worked) -> bool:
        counts = worked.counts
        rows = Progress.objects.filter(feed=self.feed, epoch=self._epoch, piece__lt=worked.piece)
        columns: dict[str, Any] = {
            "piece": worked.piece,
            "place": asdict(worked.place),
            "sequence": self._base + worked.sequence + len(worked.said),
            "records": F("records") + worked.records,
            "rejects": F("rejects") + len(worked.rejected),
        }
        if counts:
            columns |= {
                "evaluated": F("evaluated") + counts.evaluated,
                "suppressed": F("suppressed") + counts.suppressed.total(),
                "audits": F("audits") + counts.audits,
                "resets": F("resets") + counts.resets,
                "forgotten": F("forgotten") + counts.forgotten,
            }
        return bool(rows.update(**columns))

    def _messages(self, worked: Worked, now: datetime) -> None:
        table = LiveMessage._meta.db_table
        names = ", ".join(f'"{name}"' for name in _COLUMNS)
        first = self._base + worked.sequence + 1
        with connection.cursor() as cursor:
            raw: Any = cursor
            with raw.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for number, one in enumerate(worked.said, first):
                    copy.write_row((self.feed.pk, number, *_row(one), now))

    def _rules(self, counts: Counts, now: datetime) -> None:
        rules = {*counts.matches, *counts.messages, *counts.suppressed}
        if not rules:
            return
        slot = datetime.fromtimestamp(now.timestamp() // SLOT_S * SLOT_S, UTC)
        rows: list[tuple[Any, ...]] = [
            (self.feed.pk, slot, *rule, *_numbers(counts, rule)) for rule in sorted(rules)
        ]
        with connection.cursor() as cursor:
            cursor.executemany(_ADD.format(table=RuleSlot._meta.db_table), rows)

    def _rejects(self, worked: Worked, now: datetime) -> None:
        FeedReject.objects.bulk_create(
            FeedReject(
                feed=self.feed,
                place=one.offset,
                length=one.length,
                reason=one.reason,
                message=one.message,
                head=one.head,
                at=now,
            )
            for one in worked.rejected
        )


def _numbers(counts: Counts, rule: tuple[str, str]) -> Iterator[int]:
    return (one[rule] for one in (counts.matches, counts.messages, counts.suppressed))


def _row(said: Said) -> tuple[Any, ...]:
    """What is said in the order of the columns; PostgreSQL takes no NUL in a text."""
    where = (said.sysplex, said.system, said.stack, said.protocol, said.rule)
    words = tuple(one.replace("\0", "?") for one in where)
    text = said.text.replace("\0", "?")
    name = text.split(maxsplit=1)[0] if said.kind != LiveMessage.Kind.RESET else ""
    return (said.kind, name[:16], *words, said.level, said.number, said.time, text)
