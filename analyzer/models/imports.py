"""What came in: stored files, imports with their counts, rejected records."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from analyzer.models.local_time import LocalTimeField


class StoredFile(models.Model):
    """An uploaded dump, kept by digest under the state directory until it is dropped."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    stored_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ImportPath(models.Model):
    """A line of the saved import list: a server path or glob with a comment."""

    path = models.CharField(max_length=1024, unique=True)
    comment = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class Import(models.Model):
    """One dump on its way in. The row is the truth: position and counts move with the data."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        ACTIVE = "active", "Active"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"

    class Source(models.TextChoices):
        UPLOAD = "upload", "Upload"
        PATH = "path", "Server path"
        COMMAND = "command", "Command line"
        API = "api", "API"
        WATCH = "watch", "Watch folder"
        LIVE = "live", "Live feed"
        MADE = "made", "Made of connection records"

    source = models.CharField(max_length=8, choices=Source.choices)
    name = models.CharField(max_length=1024)  # what the user called it: file name or path
    path = models.CharField(max_length=1024)  # where the worker reads it
    stored_file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="imports"
    )
    # Takes the place of the rows of this import, which an older decoder has read (ADR 9).
    renews = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="renewed_by"
    )
    comment = models.CharField(max_length=200, blank=True)
    forced_framing = models.CharField(max_length=16, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    error = models.TextField(blank=True)
    advice = models.TextField(blank=True)

    decoder = models.PositiveIntegerField(default=0)  # smf.reader.DECODER; 0: nothing was read
    framing = models.CharField(max_length=16, blank=True)
    framing_reason = models.TextField(blank=True)
    wrapper = models.CharField(max_length=10, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    # Of an upload known from the start, else of what was read, when all of it was.
    sha256 = models.CharField(max_length=64, blank=True)
    position = models.JSONField(null=True, blank=True)  # smf.reader.Position of the next record
    bytes_done = models.BigIntegerField(default=0)
    records_done = models.BigIntegerField(default=0)

    added = models.BigIntegerField(default=0)  # interval records and connection records stored
    duplicate = models.BigIntegerField(default=0)
    ignored = models.JSONField(default=dict)  # reason -> records
    rejected = models.BigIntegerField(default=0)
    restarts = models.BigIntegerField(default=0)  # records with a counter that went backwards
    new_sessions = models.BigIntegerField(default=0)
    truncated_tail = models.BooleanField(default=False)
    earliest = LocalTimeField(null=True, blank=True)
    latest = LocalTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["complete", "failed", "canceled"])
                ^ Q(finished_at__isnull=True),
                name="import_finished_has_time",
            ),
            models.CheckConstraint(
                condition=Q(earliest__isnull=True, latest__isnull=True)
                | Q(earliest__lte=F("latest")),
                name="import_earliest_before_latest",
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="import_history"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["pending", "active"]),
                name="import_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reject(models.Model):
    """A record that could not be read: where, why, and its first bytes."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejects")
    offset = models.BigIntegerField()
    record_number = models.BigIntegerField()
    record_type = models.SmallIntegerField(null=True)
    subtype = models.IntegerField(null=True)
    field = models.CharField(max_length=64)
    reason = models.CharField(max_length=40)
    message = models.TextField()
    length = models.BigIntegerField()
    head = models.BinaryField()
    is_tail = models.BooleanField(default=False)  # the truncated end of the file, not counted

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["imported", "offset", "reason"], name="reject_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} at {self.offset}"
