"""Baselines of the site itself: made here, changed here, each change a version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class OwnBaseline(models.Model):
    """Everybody sees it; `key` stands in addresses and never changes. `current` is its version."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    current = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="own_baseline_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="own_baseline_has_name"),
            models.CheckConstraint(condition=~Q(key=""), name="own_baseline_has_key"),
        ]

    def __str__(self) -> str:
        return self.name


class OwnBaselineVersion(models.Model):
    """What the baseline said from then on; `content` is a profile as analyzer.baselines has it."""

    baseline = models.ForeignKey(OwnBaseline, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    note = models.CharField(max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("baseline", "number", name="own_baseline_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.baseline} version {self.number}"
