"""Posted records on their way to the worker: files that only grow, and where they end.

What a request brings is on the disk before its row is committed; the row of the feed says where
the records end. What a kill leaves behind that end is cut off by the next request.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from enforcement.delivery import atomic
from enforcement.feeds.errors import InboxFullError, KeyReusedError
from enforcement.models import Feed, FeedReject, Post
from smf.errors import Rejected

SEGMENT_BYTES: Final = 64 << 20
_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Received:
    """What one request brought: whole records, and what in its body was none."""

    key: str
    body_digest: bytes
    data: bytes
    records: int
    rejects: Sequence[Rejected]


def directory_of(feed: Feed) -> Path:
    """Return the folder of a feed's files and state; each feed that is ever made has its own."""
    return Path(settings.LIVE.place) / f"{feed.pk}-{feed.name}"


def state_of(feed: Feed) -> Path:
    """Return the state directory of a posted feed."""
    return directory_of(feed) / "state"


def records_of(feed: Feed) -> Path:
    """Return the folder of records on their way to the history: no part of the state."""
    return directory_of(feed) / "records"


def segment_path(feed: Feed, start: int) -> Path:
    """Return the file of records that begins at a place of the feed."""
    return directory_of(feed) / "inbox" / f"{start:0{_DIGITS}d}"


@transaction.atomic
def take(*, feed: Feed, received: Received, now: datetime) -> tuple[Post, bool]:
    """Keep what a request brought; whether it came before. Raises FeedError, OSError."""
    rows = Feed.objects.select_related("progress").select_for_update(of=("self",))
    found = rows.get(pk=feed.pk)
    before = Post.objects.filter(feed=found, key=received.key).first()
    if before is not None:
        if bytes(before.digest) != received.body_digest:
            raise KeyReusedError(f"the key `{received.key}` came before with other records")
        return before, True
    _check_room(found, len(received.data))
    if found.size_bytes - found.segment >= SEGMENT_BYTES or not _has_all(found):
        found.segment = found.size_bytes
    _append(found, received.data)
    post = Post.objects.create(
        feed=found,
        key=received.key,
        digest=received.body_digest,
        start=found.size_bytes,
        length=len(received.data),
        records=received.records,
        rejects=len(received.rejects),
        received_at=now,
    )
    if received.rejects:
        _keep_rejects(found, received, now)
    found.size_bytes += len(received.data)
    found.records += received.records
    found.rejects += len(received.rejects)
    found.last_post_at = now
    found.save()
    return post, False


def digest_of(body: bytes) -> bytes:
    """Return what tells two bodies of one key apart."""
    return hashlib.sha256(body).digest()


def forget(feed: Feed, before: int) -> None:
    """Remove the files that lie wholly before a place: their records are worked on."""
    starts = sorted(int(one.name) for one in segment_path(feed, 0).parent.glob("*"))
    for start, following in itertools.pairwise(starts):
        if following <= before:
            segment_path(feed, start).unlink(missing_ok=True)


def _check_room(feed: Feed, size_bytes: int) -> None:
    progress = getattr(feed, "progress", None)
    done = progress.done_bytes if progress else 0
    if feed.size_bytes - done + size_bytes > settings.LIVE.inbox_max_bytes:
        raise InboxFullError(
            f"the feed `{feed.name}` has {feed.size_bytes - done} bytes that nobody has worked on:"
            " see whether `manage.py live` runs, then post again"
        )


def _has_all(feed: Feed) -> bool:
    """Whether the last file is as long as it must be: nothing may stand where records are lost."""
    path, needed = segment_path(feed, feed.segment), feed.size_bytes - feed.segment
    return not needed or (path.exists() and path.stat().st_size >= needed)


def _append(feed: Feed, data: bytes) -> None:
    path = segment_path(feed, feed.segment)
    is_new = not path.exists()
    atomic.make_folder(path.parent, 0o700)
    offset = feed.size_bytes - feed.segment
    with path.open("ab", buffering=0) as file:
        file.truncate(offset)
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
        os.fsync(file.fileno())
    if is_new:
        atomic.secure(path.parent)


def _keep_rejects(feed: Feed, received: Received, now: datetime) -> None:
    FeedReject.objects.bulk_create(
        FeedReject(
            feed=feed,
            key=received.key,
            place=one.offset,
            length=one.length,
            reason=one.reason,
            message=one.message,
            head=one.head,
            at=now,
        )
        for one in received.rejects
    )
