"""When something runs by itself: on each import, or by the clock of a time zone."""

from __future__ import annotations

from datetime import time
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from analyzer.models.queries import LONGEST_NAME, SavedQuery

LONGEST_ERROR: Final = 1000


class Trigger(models.TextChoices):
    IMPORT = "import", "after each import"
    HOURLY = "hourly", "every hour"
    DAILY = "daily", "every day"
    WEEKLY = "weekly", "every week"


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class Why(models.TextChoices):
    """What makes something run."""

    FIRST = "first", "first run"
    IMPORT = "import", "an import"
    CLOCK = "clock", "the schedule"
    PERSON = "person", "asked for"


class Standing(models.Model):
    """What a watch and a scheduled export share: a query, an owner, a name, and when it runs.

    `next_at` says when it is due; without one it waits for an import, or is paused. `wakes` counts
    what made it due, and `why` is the last of that: a run that was going on meanwhile sees that it
    must be followed by another. Each change of what it says is a `revision`, by `changed_by`.
    """

    query = models.ForeignKey(SavedQuery, on_delete=models.CASCADE, related_name="%(class)ss")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    name = models.CharField(max_length=LONGEST_NAME)
    trigger = models.CharField(max_length=6, choices=Trigger.choices, default=Trigger.IMPORT)
    at = models.TimeField(default=time(6))
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, default=Weekday.MONDAY)
    zone = models.CharField(max_length=64, default="UTC")
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True, blank=True)
    wakes = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=6, choices=Why.choices, default=Why.FIRST)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_has_name"),
            models.CheckConstraint(
                condition=Q(active=True) | Q(next_at__isnull=True), name="%(class)s_paused_waits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StandingRun(models.Model):
    """What every run has: why it began, how long it took, and what went wrong."""

    why = models.CharField(max_length=6, choices=Why.choices)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    error = models.CharField(max_length=LONGEST_ERROR, blank=True)

    class Meta:
        abstract = True
