"""What holds for all policies of the site: how its files are spelled, and how rules match."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

ONLY = 1


class PolicySite(models.Model):
    """The one row of it; there is none before the first change.

    `dialect` is empty for the shipped one. `matching` are the settings of policy.settings that are
    not their defaults, value by name.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    dialect = models.CharField(max_length=64, blank=True)
    matching = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    changed_by_name = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=ONLY), name="policy_site_is_one"),
        ]

    def __str__(self) -> str:
        return "policy settings"
