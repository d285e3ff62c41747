"""Exact runs: what rules do to the connection records (subtype 11) in the store."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from analyzer.models.local_time import LocalTimeField
from enforcement.models.started import Started


class HistoryRun(Started):
    """One exact run on its way or done. The row is the truth: who works on it, how far it is.

    `parts` as in `Run`: which stacks meet which policy, and what it is compared with. `stacks` are
    the keys of the analyzer's stacks whose records are read, from `first` on and before `until`
    (header times). `choices` are the engine's settings by name. `totals` are the engine's counts,
    `other_totals` those of the side that is compared.
    """

    choices = models.JSONField()
    stacks = models.JSONField()
    first = LocalTimeField()
    until = LocalTimeField()
    records_done = models.BigIntegerField(default=0)
    records_total = models.BigIntegerField(default=0)
    totals = models.JSONField(default=dict)
    other_totals = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["complete", "failed", "canceled"])
                ^ Q(finished_at__isnull=True),
                name="history_finished_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "active", "complete", "failed", "canceled"]),
                name="history_known_state",
            ),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("until")), name="history_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="history_list"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["pending", "active"]),
                name="history_unfinished",
            ),
        ]

    @property
    def last(self) -> datetime:
        """The last moment that is read."""
        last: datetime = self.until - timedelta(microseconds=1)
        return last

    @property
    def percent(self) -> int:
        """How far it is, of 100."""
        return min(100, self.records_done * 100 // max(self.records_total, 1))


class HistoryState(models.Model):
    """Where a run goes on: what its engines remember, packed, as of the last stored record."""

    run = models.OneToOneField(
        HistoryRun, on_delete=models.CASCADE, primary_key=True, related_name="memory"
    )
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"memory of run {self.run_id}"
