"""Beginning the work on a posted feed anew, where records or the state are beyond repair."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from analyzer import audit
from enforcement.feeds import inbox
from enforcement.feeds.errors import FeedError
from enforcement.feeds.keeping import Keeper
from enforcement.live.sources import Where
from enforcement.models import Feed, Progress


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the work goes on, and how many bytes of records before that are lost."""

    place: int
    lost_bytes: int


def begin_anew(*, name: str, now: datetime) -> Begun:
    """Forget the state of a feed and what is lost of it. Raises FeedError, StateError, OSError.

    The work goes on behind what the store has, at the first record that is there.
    """
    feed = Feed.objects.filter(name=name, kind=Feed.Kind.POSTED).first()
    if feed is None:
        raise FeedError(f"no feed that is posted is named `{name}`")
    keeper = Keeper(feed)
    keeper.lock()
    try:
        with transaction.atomic():
            found = _moved(feed, now)
            state = inbox.state_of(feed)
            if state.exists():
                shutil.rmtree(state)
    finally:
        keeper.release()
    return found


def _moved(feed: Feed, now: datetime) -> Begun:
    end = Feed.objects.select_for_update().get(pk=feed.pk).size_bytes
    progress, _ = Progress.objects.select_for_update().get_or_create(feed=feed)
    before = Where(**progress.place).offset
    place = first_kept(feed, before, end)
    progress.place, progress.done_bytes = asdict(Where(0, 0, place)), place
    progress.save(update_fields=["place", "done_bytes"])
    lost = place - before
    data = {"place": place, "lost_bytes": lost}
    audit.record(by=None, action="feed.anew", target=feed.name, data=data, now=now)
    return Begun(place, lost)


def first_kept(feed: Feed, at: int, end: int) -> int:
    """Return the first place from `at` on that a file has, `end` when none has."""
    folder = inbox.segment_path(feed, 0).parent
    starts = sorted(int(one.name) for one in folder.glob("*"))
    for start, following in itertools.pairwise([*starts, end]):
        size = inbox.segment_path(feed, start).stat().st_size
        if max(at, start) < min(start + size, following):
            return max(at, start)
    return end
