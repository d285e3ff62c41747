"""API tokens of users."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from analyzer.models import ApiToken


def tokens_of(user_id: int) -> list[ApiToken]:
    """A user's tokens by name, also those that have ended."""
    return list(ApiToken.objects.filter(user_id=user_id).order_by("name"))


def by_digest(digest: bytes, *, now: datetime) -> ApiToken | None:
    """The token of a key with its user; None for one that has ended or whose user is off."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=now)
    found = ApiToken.objects.select_related("user").filter(lasting, digest=digest)
    return found.filter(user__is_active=True).first()
