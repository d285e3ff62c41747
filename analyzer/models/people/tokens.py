"""Tokens of the REST interface: what a program shows to act for a user, within scopes."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

LONGEST_TOKEN_NAME: Final = 60


class ApiToken(models.Model):
    """`digest` is the SHA-256 of the key, which nobody keeps; `last_used_at` is by the minute."""

    class Scope(models.TextChoices):
        READ = "read", "Read reports, imports and settings, also as files"
        IMPORT = "import", "Import dumps and cancel imports"
        LIVE = "live", "Post records to live feeds"
        QUERIES = "queries", "Save, change and delete queries"
        POLICY = "policy", "Work on rule sets, objects and stacks, and submit"
        APPROVE = "approve", "Publish or reject what others submitted"
        ACCOUNTS = "accounts", "Make accounts, change their roles, switch them, new passwords"
        ADMINISTER = "administer", "Everything else that the role may"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=LONGEST_TOKEN_NAME)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope.choices))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", Lower("name"), name="api_token_name_of_user"),
            models.CheckConstraint(condition=~Q(name=""), name="api_token_has_name"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_token_has_scope"),
        ]

    def __str__(self) -> str:
        return self.name
