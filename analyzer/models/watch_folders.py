"""Folders whose new dumps are imported as they land, and what was seen in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from analyzer.models.imports import Import

UNFINISHED_NAMES = ".* *.part *.partial *.filepart *.tmp *.temp *.crdownload *.incomplete"


class WatchFolder(models.Model):
    """A folder, or a pattern of files, on the server."""

    path = models.CharField(max_length=1024, unique=True)
    skip = models.CharField(max_length=400, blank=True, default=UNFINISHED_NAMES)
    comment = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)  # of the last look

    def __str__(self) -> str:
        return self.path


class WatchedFile(models.Model):
    """A file in a watch folder, as it was when it was last seen."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        IMPORTED = "imported", "Imported"
        REFUSED = "refused", "Refused"

    folder = models.ForeignKey(WatchFolder, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=1024)
    size_bytes = models.BigIntegerField()
    modified_ns = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    unchanged_since = models.DateTimeField()
    seen_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    imported = models.ForeignKey(
        Import, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "path"], name="watched_file_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "imported", "refused"]),
                name="watched_file_known_state",
            ),
        ]
        indexes = [models.Index(fields=["path"], name="watched_file_by_path")]

    def __str__(self) -> str:
        return self.path
