"""A saved query by its name, as commands are given it."""

from __future__ import annotations

from django.core.management.base import CommandError

from analyzer.models import SavedQuery
from analyzer.queries import saved as reads


def named_query(name: str, owner: str) -> SavedQuery:
    """The one saved query of a name, of an owner where that is given. Raises CommandError."""
    found = [one for one in reads.named(name) if owner in {"", one.owner.username}]
    if not found:
        of_owner = f" of `{owner}`" if owner else ""
        raise CommandError(f"there is no saved query `{name}`{of_owner}")
    if len(found) > 1:
        owners = ", ".join(one.owner.username for one in found)
        raise CommandError(f"several have a query `{name}`: say --owner, one of {owners}")
    return found[0]
