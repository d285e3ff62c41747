"""What a worker does when somebody has started it: who that was, and how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Job(models.Model):
    """Work that was started, as `analyzer.ingest.jobs` claims it."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        ACTIVE = "active", "Active"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"

    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_by_name = models.CharField(max_length=150)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    submitted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True


class Started(Job):
    """An estimate or an exact run. `deleting_since`: it goes, with all it found."""

    title = models.CharField(max_length=500)
    parts = models.JSONField()
    compares = models.BooleanField(default=False)
    deleting_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        """Whether it has not ended, or is on its way out."""
        return self.finished_at is None or self.is_going

    @property
    def is_going(self) -> bool:
        """Whether it is being deleted."""
        return self.deleting_since is not None

    @property
    def shown_state(self) -> str:
        """Its state, as lists and pages show it."""
        return "deleting" if self.is_going else self.state
