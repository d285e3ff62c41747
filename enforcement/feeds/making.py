"""Feeds are made when their first records come, or when a command begins to follow one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from analyzer import audit
from enforcement.feeds.errors import FeedError
from enforcement.models import Feed
from enforcement.models.live import LONGEST_NAME

DEFAULT: Final = "main"
"""The feed of whoever names none."""
MOST_FEEDS: Final = 64
NAME: Final = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_NAME - 1}}}")


def posted(name: str, *, by: audit.Actor, now: datetime) -> Feed:
    """Return the feed that records are posted to. Raises FeedError."""
    return _named(name, Feed.Kind.POSTED, by, now)


def followed(name: str, *, now: datetime) -> Feed:
    """Return the feed that a command follows. Raises FeedError."""
    return _named(name, Feed.Kind.FOLLOWED, None, now)


def _named(name: str, kind: Feed.Kind, by: audit.Actor, now: datetime) -> Feed:
    if not NAME.fullmatch(name):
        raise FeedError(
            f"`{name[:80]}` is no name of a feed: small letters, digits and `-`, "
            f"{LONGEST_NAME} at most"
        )
    found = Feed.objects.filter(name=name).first() or _made(name, kind, by, now)
    if found.kind != kind:
        raise FeedError(
            f"the feed `{name}` is {found.get_kind_display().lower()}: use another name"
        )
    return found


@transaction.atomic
def _made(name: str, kind: Feed.Kind, by: audit.Actor, now: datetime) -> Feed:
    if Feed.objects.count() >= MOST_FEEDS:
        raise FeedError(f"there are {MOST_FEEDS} feeds already, and no more are taken")
    who = by.get_username() if by is not None else ""
    found, made = Feed.objects.get_or_create(
        name=name, defaults={"kind": kind, "made_by_name": who, "made_at": now}
    )
    if made:
        audit.record(by=by, action="feed.make", target=name, now=now)
    return found
