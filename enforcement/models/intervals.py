"""Interval records (subtype 12) that Zertify makes of the connection records in the store."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from analyzer.models.local_time import LocalTimeField
from enforcement.models.started import Job


class Making(Job):
    """Interval records on their way or made. The row is the truth: who works on it, how far it is.

    `days` are the days (ISO) by the key of the analyzer's stack: of intervals that begin in them.
    Connection records with a header time from `first` on and before `until` tell of these.
    `imported` is the import that the records became, none where nothing was to be told.
    """

    days = models.JSONField()
    first = LocalTimeField()
    until = LocalTimeField()
    interval_min = models.PositiveSmallIntegerField()
    sync_min = models.PositiveSmallIntegerField()
    records_done = models.BigIntegerField(default=0)
    records_total = models.BigIntegerField(default=0)
    intervals = models.BigIntegerField(default=0)
    imported = models.ForeignKey(
        "analyzer.Import", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["complete", "failed", "canceled"])
                ^ Q(finished_at__isnull=True),
                name="making_finished_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "active", "complete", "failed", "canceled"]),
                name="making_known_state",
            ),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("until")), name="making_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="making_list"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["pending", "active"]),
                name="making_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"interval records of {self.first} to {self.until}"

    @property
    def days_by_stack(self) -> dict[int, list[date]]:
        """Its days by the key of the analyzer's stack."""
        return {
            int(key): [date.fromisoformat(day) for day in days] for key, days in self.days.items()
        }

    @property
    def is_live(self) -> bool:
        """Whether it has not ended."""
        return self.finished_at is None

    @property
    def percent(self) -> int:
        """How far it is, of 100."""
        return min(100, self.records_done * 100 // max(self.records_total, 1))
