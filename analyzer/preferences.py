"""How a user likes a table is kept and forgotten; nobody else sees it, so no entry is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from analyzer.models import TablePreference


@transaction.atomic
def keep_table(
    *, table: str, columns: Sequence[str], density: str, by: User, now: datetime
) -> TablePreference:
    """Keep these columns in this order as the user's own for a table."""
    kept, _ = TablePreference.objects.update_or_create(
        user=by,
        table=table,
        defaults={"columns": [*columns], "density": density, "changed_at": now},
    )
    return kept


@transaction.atomic
def forget_table(*, table: str, by: User) -> None:
    """Give the table its delivered look back."""
    TablePreference.objects.filter(user=by, table=table).delete()
