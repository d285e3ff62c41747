"""What the site has chosen: the dialect of its files, and how rules match."""

from __future__ import annotations

from designer.models import PolicySite, Stack
from policy.settings import Settings, read


def site() -> PolicySite:
    """Return the site's choices; those of the product before the first change."""
    return PolicySite.objects.first() or PolicySite()


def matching(chosen: PolicySite | None = None) -> Settings:
    """Return how rules match on this site."""
    return read((chosen or site()).matching)


def dialect_of(stack: Stack, chosen: PolicySite | None = None) -> str:
    """Return the id of the dialect of a stack's files: its own, its group's or the site's.

    Empty is the shipped one. The stack knows its system and group.
    """
    of_group = stack.dialect or stack.system.group.dialect
    return of_group or (chosen or site()).dialect
