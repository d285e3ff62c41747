"""Runs over history: what rule sets would have done to the sessions in the store."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from enforcement.models.started import Started


class Run(Started):
    """One run on its way or done. The row is the truth: who works on it, and how far it is.

    `parts` is what is held against the sessions, as it was when the run was started: for each part
    its stacks (none: all), the policy's document and the versions with their digests, and the same
    of the policy that it is compared with. `matching` has the site's settings of then by name; the
    scope is that of `mode`.
    """

    class Mode(models.TextChoices):
        ZOS = "zos", "as z/OS sees it"
        RECORDED = "recorded", "with all recorded data"

    days = models.PositiveSmallIntegerField(null=True, blank=True)  # the last ones in the store
    from_day = models.DateField(null=True, blank=True)
    to_day = models.DateField(null=True, blank=True)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.ZOS)
    matching = models.JSONField(default=dict)  # how rules matched here when it was started
    step = models.CharField(max_length=200, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    sessions = models.BigIntegerField(default=0)
    connections = models.BigIntegerField(default=0)
    reset_days = models.JSONField(default=dict)  # connections that a reset would have cut, by day
    # Of some last days: `first`, `last`, and `connections` of each hour from 0 to 23.
    reset_hours = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["complete", "failed", "canceled"])
                ^ Q(finished_at__isnull=True),
                name="run_finished_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "active", "complete", "failed", "canceled"]),
                name="run_known_state",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["zos", "recorded"]), name="run_known_mode"
            ),
            models.CheckConstraint(
                condition=Q(days__isnull=True) ^ Q(from_day__isnull=True, to_day__isnull=True),
                name="run_has_days",
            ),
            models.CheckConstraint(
                condition=Q(from_day__isnull=True)
                | Q(to_day__isnull=True)
                | Q(from_day__lte=F("to_day")),
                name="run_days_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="run_list"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["pending", "active"]),
                name="run_unfinished",
            ),
        ]

    @property
    def period(self) -> str:
        """The days that were asked for, in words."""
        if self.days is not None:
            return f"the last {self.days} days in the store"
        if self.from_day and self.to_day:
            return f"{self.from_day} to {self.to_day}"
        return f"from {self.from_day} on" if self.from_day else f"up to {self.to_day}"
