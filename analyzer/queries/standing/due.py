"""What is due: watches, exports, deliveries."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from analyzer.models import Delivery, ExportRun, ExportSchedule, Watch


def watches(*, now: datetime) -> list[int]:
    due = Watch.objects.filter(active=True, next_at__lte=now)
    return list(due.order_by("next_at").values_list("pk", flat=True))


def exports(*, now: datetime) -> list[int]:
    """Schedules that are due, and those whose last file has not taken its place."""
    due = ExportSchedule.objects.filter(active=True, next_at__lte=now)
    found = list(due.order_by("next_at").values_list("pk", flat=True))
    placing = ExportRun.objects.filter(state=ExportRun.State.PLACING)
    return list(dict.fromkeys([*placing.values_list("schedule", flat=True), *found]))


def deliveries(*, now: datetime) -> list[int]:
    """Those whose next try has come, and those whose sender shows no sign yet of its end."""
    due = Delivery.objects.filter(Q(next_try_at__lte=now) | Q(state=Delivery.State.SENDING))
    return list(due.order_by("next_try_at").values_list("pk", flat=True))
