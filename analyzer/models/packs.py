"""Audit packs: what somebody may show an auditor, made by a worker, kept for a while."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class AuditPack(models.Model):
    """One pack on its way or made. The row is the truth: who works on it, and how far it is."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        ACTIVE = "active", "Active"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"

    title = models.CharField(max_length=200)
    asked = models.JSONField(default=dict)  # the filters as they were given
    params = models.JSONField(default=dict)  # the same with fixed days
    as_of = models.DateTimeField()  # stands inside the pack; with the user it makes it repeatable
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_by_name = models.CharField(max_length=150)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    submitted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=80, blank=True)  # the file that is being written
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    bytes_done = models.BigIntegerField(default=0)
    rows = models.JSONField(default=dict)  # rows by file
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["complete", "failed", "canceled"])
                ^ Q(finished_at__isnull=True),
                name="pack_finished_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="complete", sha256__gt="", expires_at__isnull=False)
                | ~Q(state="complete") & Q(sha256=""),
                name="pack_complete_has_digest",
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="pack_list"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["pending", "active"]),
                name="pack_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.title
