"""How a user likes tables to look."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from analyzer.models import TablePreference


def tables_of(user: AbstractBaseUser | AnonymousUser) -> Mapping[str, TablePreference]:
    """What a user has kept, by the name of the table."""
    if user.pk is None:
        return {}
    return {kept.table: kept for kept in TablePreference.objects.filter(user_id=user.pk)}
