"""What waits for an import is due when one ends: in the transaction that ends it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from analyzer.ingest.broker import hand_over
from analyzer.models import ExportSchedule, Trigger, Watch, Why

TASK: Final = "analyzer.start_standing"
QUEUE: Final = "default"
SETTLE_S: Final = 5
"""Imports that end within so many seconds are one run."""


def wake(*, now: datetime) -> None:
    """Make what waits for imports due, to be called inside the transaction of the import's end."""
    due = now + timedelta(seconds=SETTLE_S)
    woken = 0
    for model in (Watch, ExportSchedule):
        waiting = model.objects.filter(trigger=Trigger.IMPORT, active=True).order_by("pk")
        # In one order, so that two imports that end at once do not wait for each other.
        ids = list(waiting.select_for_update(no_key=True).values_list("pk", flat=True))
        woken += model.objects.filter(pk__in=ids).update(
            next_at=Coalesce(F("next_at"), Value(due)), wakes=F("wakes") + 1, why=Why.IMPORT
        )
    if woken:
        transaction.on_commit(partial(start_soon, after_s=SETTLE_S))


def start_soon(*, after_s: float = 0) -> None:
    """Let a worker look for what is due; if the broker is down, beat does it in its time."""
    hand_over(TASK, queue=QUEUE, after_s=after_s)
