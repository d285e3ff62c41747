"""The rules of a version, and the sample connections that it is tested with."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from designer.models.objects import (
    ActionDescriptor,
    AddressGroup,
    SecurityDescriptor,
    TrafficDescriptor,
)
from designer.models.rule_sets import Version
from policy.values.names import NAME_LIMIT

GENERAL_PLACE: Final = 0
CATCH_ALL_PLACE: Final = 1_000_000


class Rule(models.Model):
    """One rule; `place` is the order of evaluation, so that there is one general and one catch-all.

    A condition or action comes from a reusable object or stands inline, in the form of
    policy.documents, never both. No action allows silently.
    """

    class Kind(models.TextChoices):
        GENERAL = "general", "general rule"
        SPECIFIC = "specific", "specific rule"
        CATCH_ALL = "catch-all", "catch-all rule"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_LIMIT)
    description = models.CharField(max_length=500, blank=True)
    owner = models.CharField(max_length=100, blank=True)
    expires = models.DateField(null=True, blank=True)

    local = models.ForeignKey(
        AddressGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="rules_local"
    )
    remote = models.ForeignKey(
        AddressGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="rules_remote"
    )
    traffic = models.ForeignKey(
        TrafficDescriptor, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    security = models.ForeignKey(
        SecurityDescriptor, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    action = models.ForeignKey(
        ActionDescriptor, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    inline_traffic = models.JSONField(default=dict, blank=True)
    inline_security = models.JSONField(null=True, blank=True)
    inline_action = models.JSONField(null=True, blank=True)
    comments = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["version", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "place"],
                name="rule_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["version", "name"],
                name="rule_name_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=~Q(name=""), name="rule_has_name"),
            models.CheckConstraint(
                condition=Q(kind="general", place=GENERAL_PLACE)
                | Q(kind="specific", place__gt=GENERAL_PLACE, place__lt=CATCH_ALL_PLACE)
                | Q(kind="catch-all", place=CATCH_ALL_PLACE),
                name="rule_kind_in_its_place",
            ),
            models.CheckConstraint(
                condition=Q(kind="specific")
                | Q(local=None, remote=None, traffic=None, inline_traffic={}, expires=None),
                name="rule_only_specific_has_traffic",
            ),
            models.CheckConstraint(
                condition=~Q(kind="catch-all") | Q(security=None, inline_security__isnull=True),
                name="rule_catch_all_asks_nothing",
            ),
            models.CheckConstraint(
                condition=Q(security=None) | Q(inline_security__isnull=True),
                name="rule_one_security",
            ),
            models.CheckConstraint(
                condition=Q(action=None) | Q(inline_action__isnull=True), name="rule_one_action"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleTest(models.Model):
    """A sample connection with the rule that must match it; no rule: none must."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="tests")
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    connection = models.JSONField()
    expected = models.CharField(max_length=NAME_LIMIT, blank=True)

    class Meta:
        ordering = ["version", "place"]
        constraints = [
            models.UniqueConstraint("version", "name", name="rule_test_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="rule_test_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
