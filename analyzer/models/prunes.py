"""What goes out again: prunes with their progress, and how long each system's data stay."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from analyzer.models.stacks import SystemSettings


class Retention(models.Model):
    """Days that interval and connection records stay; no system: all that have no row of their own.

    `days` is null where nothing ever goes by age.
    """

    system = models.OneToOneField(
        SystemSettings, null=True, blank=True, on_delete=models.CASCADE, related_name="retention"
    )
    days = models.PositiveIntegerField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system"], nulls_distinct=False, name="retention_once_a_system"
            ),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gte=1), name="retention_keeps_a_day"
            ),
        ]

    def __str__(self) -> str:
        kept = f"{self.days} days" if self.days else "no limit"
        return f"{self.system or 'all systems'}: {kept}"


class Prune(models.Model):
    """One removal of data. The row is the truth: counts move with the rows that go.

    `plan` says what goes: [{"system": pk, "name": text, "first": date or null, "last": date or
    null}], both days included, null for an open end.
    """

    class Kind(models.TextChoices):
        ALL = "all", "all data"
        OLDER = "older", "older than"
        RANGE = "range", "a range of days"
        RETENTION = "retention", "by retention"
        LEFTOVERS = "leftovers", "what nothing refers to"

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        ACTIVE = "active", "Active"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"

    kind = models.CharField(max_length=9, choices=Kind.choices)
    words = models.CharField(max_length=400)  # what goes, as a person reads it
    plan = models.JSONField(default=list)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    error = models.TextField(blank=True)

    days_planned = models.IntegerField(default=0)
    days_done = models.IntegerField(default=0)
    intervals = models.BigIntegerField(default=0)  # interval records removed
    connections = models.BigIntegerField(default=0)  # connection records removed
    sessions = models.BigIntegerField(default=0)
    servers = models.BigIntegerField(default=0)
    protections = models.BigIntegerField(default=0)
    certificates = models.BigIntegerField(default=0)
    freed_bytes = models.BigIntegerField(default=0)  # of partitions that were dropped
    # Moves with every removal of what a running import may know by heart (ADR 8).
    removals = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["complete", "failed", "canceled"])
                ^ Q(finished_at__isnull=True),
                name="prune_finished_has_time",
            ),
        ]
        indexes = [models.Index(fields=["-submitted_at", "-id"], name="prune_history")]

    def __str__(self) -> str:
        return self.words
