"""Who has an API token."""

from __future__ import annotations

from datetime import datetime

from rest_framework.authtoken.models import Token


def made_at(user_id: int) -> datetime | None:
    """When the user's token was made; None without one."""
    found: datetime | None = (
        Token.objects.filter(user_id=user_id).values_list("created", flat=True).first()
    )
    return found
