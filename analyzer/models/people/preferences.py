"""How a user likes a table to look: which columns in which order, and how dense its rows are."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class TablePreference(models.Model):
    """`columns` are the keys of those that are shown, in their order.

    A later release may know some of them no more; what it does not know is left out. A look is
    nobody else's business: it changes no data, so the audit log does not name it.
    """

    class Density(models.TextChoices):
        COMPACT = "compact", "Compact"
        COMFORTABLE = "comfortable", "Comfortable"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="table_preferences"
    )
    table = models.CharField(max_length=64)
    columns = ArrayField(models.CharField(max_length=64))
    density = models.CharField(max_length=11, choices=Density.choices, default=Density.COMPACT)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "table", name="table_preference_of_user"),
            models.CheckConstraint(
                condition=Q(columns__len__gt=0), name="table_preference_has_columns"
            ),
            models.CheckConstraint(
                condition=Q(density__in=["compact", "comfortable"]),
                name="table_preference_known_density",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} of {self.user_id}"
