"""Saved queries: filters with a name, kept for their owner or shared with everybody."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

LONGEST_NAME: Final = 80
LONGEST_DESCRIPTION: Final = 500


class SavedQuery(models.Model):
    """`params` are the filters as in an address: a list of values by parameter.

    They could be used when they were saved; a later release may know them no more. Such a query
    says so and matches nothing. Each change of what it says is a `revision`.
    """

    class Tab(models.TextChoices):
        SERVERS = "servers", "TCP Server Traffic"
        CLIENTS = "clients", "TCP Client Traffic"
        PEERS = "peers", "EE Peer Traffic"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_queries"
    )
    name = models.CharField(max_length=LONGEST_NAME)
    description = models.CharField(max_length=LONGEST_DESCRIPTION, blank=True)
    shared = models.BooleanField(default=False)
    tab = models.CharField(max_length=8, choices=Tab.choices, default=Tab.SERVERS)
    params = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    revision = models.PositiveIntegerField(default=1)
    last_run_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_query_name_of_owner"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_query_has_name"),
            models.CheckConstraint(
                condition=Q(tab__in=["servers", "clients", "peers"]), name="saved_query_known_tab"
            ),
        ]

    def __str__(self) -> str:
        return self.name
