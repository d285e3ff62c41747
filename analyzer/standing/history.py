"""The history of what runs by itself: kept for so many days, then dropped.

What still says how things stand stays however old it is: the last run of each watch and schedule,
messages that are on their way, files that are there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from analyzer import audit
from analyzer.models import Delivery, ExportRun, WatchRun
from analyzer.queries.standing import old

BATCH = 5_000


def expire(*, now: datetime) -> int:
    """Drop runs and messages that are older than the setting says; return how many."""
    before = now - timedelta(days=settings.HISTORY_DAYS)
    gone = {
        "messages": _drop_deliveries(before),
        "runs of watches": _drop_watch_runs(before),
        "runs of exports": _drop_export_runs(before),
    }
    if any(gone.values()):
        data = {"before": before.isoformat(), **gone}
        audit.record(by=None, action="history.expire", target="old runs", data=data, now=now)
    return sum(gone.values())


def _drop_deliveries(before: datetime) -> int:
    gone = 0
    while ids := old.deliveries(before=before, most=BATCH):
        # Somebody may have asked to try one again since.
        ended = Delivery.objects.filter(pk__in=ids, next_try_at__isnull=True)
        count, _ = ended.delete()
        gone += count
        if not count:
            break
    return gone


def _drop_watch_runs(before: datetime) -> int:
    gone = 0
    while ids := old.watch_runs(before=before, most=BATCH):
        with transaction.atomic():
            gone += WatchRun.objects.filter(pk__in=ids).delete()[0]
    return gone


def _drop_export_runs(before: datetime) -> int:
    gone = 0
    while ids := old.export_runs(before=before, most=BATCH):
        with transaction.atomic():
            gone += ExportRun.objects.filter(pk__in=ids).delete()[0]
    return gone
