"""Live feeds as pages and the API show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet, Subquery, Sum

from analyzer.queries.pages import placed
from enforcement.models import Feed, FeedReject, HookBatch, LiveMessage, RuleSlot
from web.paging import COUNT_CAP, PAGE_ROWS, Cut, Order, Page, SortKey, cut

_NEWEST: Final = Order("-id", (SortKey("id", "bigint"),))
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # the clock of a system, of no known zone
_SPANS_S: Final = (60, 300, 3_600)
SILENT_S: Final = 10
"""A worker that has said nothing for so long is taken for gone."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a rule of a protocol did in the last minute, five minutes and hour."""

    protocol: str
    rule: str
    matches: tuple[int, ...]
    messages: tuple[int, ...]
    suppressed: tuple[int, ...]


def feeds() -> list[Feed]:
    """Return all feeds with the work on them, by name."""
    return list(Feed.objects.select_related("progress").order_by("name"))


def feed(name: str) -> Feed | None:
    """Return one feed."""
    return Feed.objects.select_related("progress").filter(name=name).first()


def messages(after: str | None, limit: int, *, name: str = "") -> Cut[LiveMessage]:
    """Return a page of messages, the newest first. Raises PageKeyError."""
    place = _NEWEST.place(after)
    found = placed(_messages(name), place, _NEWEST)[: limit + 1]
    return cut(list(found), place, order=_NEWEST, limit=limit, key=lambda row: (row.pk,))


def page_of_messages(after: str | None, limit: int, *, name: str = "") -> Page:
    """Return the same with how many there are."""
    found = messages(after, limit, name=name)
    total = _messages(name).order_by()[: COUNT_CAP + 1].count()
    rows: list[dict[str, Any]] = [{"message": one} for one in found.rows]
    return Page(rows, found.next, min(total, COUNT_CAP), total > COUNT_CAP, "", found.previous)


def messages_since(name: str, sequence: int, limit: int) -> list[LiveMessage]:
    """Return the messages of a feed behind one of them, in their order."""
    return list(_messages(name).filter(sequence__gt=sequence).order_by("sequence")[:limit])


def record_time(message: LiveMessage) -> datetime | None:
    """Return the time of a message by its system's own clock."""
    if message.time_us is None:
        return None
    return _EPOCH + timedelta(microseconds=message.time_us)


def rates(now: datetime) -> list[Rate]:
    """Return what each rule did within the last hour, the busiest first."""
    columns = ("matches", "messages", "suppressed")
    sums = {
        f"{column}_{span}": Sum(column, filter=Q(slot__gt=now - timedelta(seconds=span)), default=0)
        for column in columns
        for span in _SPANS_S
    }
    since = now - timedelta(seconds=_SPANS_S[-1])
    slots = RuleSlot.objects.filter(slot__gt=since)
    rows: Iterable[Any] = slots.values("protocol", "rule").annotate(**sums)
    found = [
        Rate(
            row["protocol"],
            row["rule"],
            *(tuple(row[f"{column}_{span}"] for span in _SPANS_S) for column in columns),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (*(-count for count in one.matches), one.rule))


def rejects(pk: int, most: int = PAGE_ROWS) -> Sequence[FeedReject]:
    """Return what could not be read of a feed, the last first."""
    return list(FeedReject.objects.filter(feed_id=pk).order_by("-id")[:most])


def rejects_of_post(pk: int, key: str, most: int) -> list[FeedReject]:
    """Return what could not be read of one request, by its place."""
    return list(FeedReject.objects.filter(feed_id=pk, key=key).order_by("place", "id")[:most])


def hook_batches(most: int) -> list[HookBatch]:
    """Return what went to the webhook, or is on its way, the last first."""
    return list(HookBatch.objects.select_related("feed").order_by("-id")[:most])


def is_silent(feed: Feed, now: datetime) -> bool:
    """Return whether nobody seems to work on a feed."""
    progress = getattr(feed, "progress", None)
    if progress is None or progress.seen_at is None:
        return True
    return bool(now - progress.seen_at > timedelta(seconds=SILENT_S))


def _messages(name: str) -> QuerySet[LiveMessage]:
    rows = LiveMessage.objects.select_related("feed")
    if not name:
        return rows
    # As one value, so that the index of a feed's messages gives them in their order.
    return rows.filter(feed_id=Subquery(Feed.objects.filter(name=name).values("pk")))
