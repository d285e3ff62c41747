"""What of the history is old enough to go, and says nothing any more of how things stand."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from analyzer.models import Delivery, ExportRun, WatchRun


def deliveries(*, before: datetime, most: int) -> list[int]:
    """Messages that were sent or given up."""
    ended = Delivery.objects.filter(made_at__lt=before, next_try_at__isnull=True)
    return list(ended.order_by("pk").values_list("pk", flat=True)[:most])


def watch_runs(*, before: datetime, most: int) -> list[int]:
    """Runs that a later one followed, without a message that is kept."""
    later = WatchRun.objects.filter(watch=OuterRef("watch"), pk__gt=OuterRef("pk"))
    told = Delivery.objects.filter(run=OuterRef("pk"))
    found = WatchRun.objects.filter(Exists(later), ~Exists(told), started_at__lt=before)
    return list(found.order_by("pk").values_list("pk", flat=True)[:most])


def export_runs(*, before: datetime, most: int) -> list[int]:
    """Runs that a later one followed, and whose file is not there any more or never was.

    A file that is there must be known as the schedule's own, or it would never be replaced.
    """
    later = ExportRun.objects.filter(schedule=OuterRef("schedule"), pk__gt=OuterRef("pk"))
    without = Q(state=ExportRun.State.FAILED) | Q(removed_at__isnull=False)
    found = ExportRun.objects.filter(without, Exists(later), started_at__lt=before)
    return list(found.order_by("pk").values_list("pk", flat=True)[:most])
