"""Exports on a schedule: files that are written to a directory by themselves."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from analyzer.models.standing.trigger import Standing, StandingRun

LONGEST_DIRECTORY: Final = 1024
LONGEST_PATTERN: Final = 120
LONGEST_FILE_NAME: Final = 255


class ExportSchedule(Standing):
    """`options` are those of the format. `keep` is how many files stay, 0 for all."""

    class Rows(models.TextChoices):
        TAB = "tab", "the table that the query opens"
        SESSIONS = "sessions", "all security sessions"

    rows = models.CharField(max_length=8, choices=Rows.choices, default=Rows.TAB)
    format = models.CharField(max_length=20, default="csv")
    options = models.JSONField(default=dict, blank=True)
    directory = models.CharField(max_length=LONGEST_DIRECTORY)
    pattern = models.CharField(max_length=LONGEST_PATTERN, default="{query}_{date}")
    keep = models.PositiveSmallIntegerField(default=0)

    class Meta(Standing.Meta):
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="export_due")
        ]


class ExportRun(StandingRun):
    """One file: its name, how many rows it has, its digest; or why there is none.

    A file that is whole waits under its `part` name until the store knows of it; only then it
    takes its place, so that no file is ever there that nobody knows of.
    """

    class State(models.TextChoices):
        PLACING = "placing", "Taking its place"
        DONE = "done", "Written"
        FAILED = "failed", "Failed"

    schedule = models.ForeignKey(ExportSchedule, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=7, choices=State.choices)
    directory = models.CharField(max_length=LONGEST_DIRECTORY, blank=True)
    file_name = models.CharField(max_length=LONGEST_FILE_NAME, blank=True)
    part = models.CharField(max_length=LONGEST_FILE_NAME, blank=True)
    rows = models.BigIntegerField(null=True, blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # by `keep`, or replaced

    class Meta:
        indexes = [
            models.Index(fields=["schedule", "-id"], name="export_run_history"),
            models.Index(
                fields=["schedule"], condition=Q(state="placing"), name="export_run_placing"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or f"{self.schedule_id} {self.state}"
