"""What live feeds leave behind goes when it is old; what waits for anybody stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import F, QuerySet

from enforcement.models import FeedReject, HookBatch, LiveMessage, Post, RuleSlot

KEYS_FOR: Final = timedelta(days=7)
RATES_FOR: Final = timedelta(days=2)
_AT_ONCE: Final = 20_000


def expire(*, now: datetime) -> int:
    """Remove old messages, rejects, keys of requests and counts; return how many rows."""
    old = now - timedelta(days=settings.LIVE.days)
    done = Post.objects.filter(feed__progress__done_bytes__gte=F("start") + F("length"))
    messages = LiveMessage.objects.filter(stored_at__lt=old)
    return sum(
        _remove(rows)
        for rows in (
            # Those that the webhook has not got are kept for it.
            messages.filter(sequence__lte=F("feed__progress__hook_sequence")),
            FeedReject.objects.filter(at__lt=old),
            HookBatch.objects.filter(made_at__lt=old, sent_at__isnull=False),
            RuleSlot.objects.filter(slot__lt=now - RATES_FOR),
            done.filter(received_at__lt=now - KEYS_FOR),
        )
    )


def _remove(rows: QuerySet[Any]) -> int:
    """Remove rows, a stretch at a time: no lock is held for long."""
    removed = 0
    while keys := list(rows.values_list("pk", flat=True)[:_AT_ONCE]):
        removed += rows.model.objects.filter(pk__in=keys).delete()[0]
    return removed
