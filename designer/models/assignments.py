"""Which version a stack has, is to have, and what was installed there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from designer.models.objects import PROTOCOLS
from designer.models.rule_sets import Version
from designer.models.workspace import Stack


class PlannedStack(models.Model):
    """A stack that a version is assigned to when it is published."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="planned")
    stack = models.ForeignKey(Stack, on_delete=models.CASCADE, related_name="planned")

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "stack", name="planned_stack_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} on {self.stack}"


class Assignment(models.Model):
    """The version that a stack has for a protocol; many stacks may share one."""

    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, related_name="assignments")
    protocol = models.CharField(max_length=5, choices=PROTOCOLS)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="assignments")
    assigned_by_name = models.CharField(max_length=150)
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("stack", "protocol", name="assignment_one_per_protocol"),
            models.CheckConstraint(
                condition=Q(protocol__in=["TLS", "SSH", "IPsec", "None"]),
                name="assignment_known_protocol",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} on {self.stack}"


class Installation(models.Model):
    """A policy file that was put in force on a stack, as it was; never changed afterwards.

    `digest` is the SHA-256 of `policy_file` in the code page that it was installed in.
    """

    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, related_name="installations")
    versions = models.ManyToManyField(Version, related_name="installations")
    document = models.JSONField()
    policy_file = models.TextField()
    digest = models.CharField(max_length=64)
    dialect = models.CharField(max_length=64)
    comment = models.CharField(max_length=500, blank=True)
    installed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    installed_by_name = models.CharField(max_length=150)
    installed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="installation_has_digest"
            ),
        ]
        indexes = [models.Index(fields=["stack", "-installed_at"], name="installation_newest")]

    def __str__(self) -> str:
        return f"{self.stack} {self.installed_at:%Y-%m-%d %H:%M}"
