"""Rule sets, rules and reusable objects by a part of their names."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from designer.models import OPEN, ReusableObject, Rule, RuleSet, Version
from designer.queries.objects import KINDS

MOST: Final = 10
"""Things of one kind."""


def rule_sets(text: str) -> QuerySet[RuleSet]:
    """Return the rule sets by name, retired ones last."""
    return RuleSet.objects.filter(name__icontains=text).order_by("retired_at", "name")[:MOST]


def rules(text: str) -> QuerySet[Rule]:
    """Return the rules in force, at work or on a stack, each knowing its version."""
    current = Q(version__state__in=(*OPEN, Version.State.PUBLISHED))
    on_stacks = Q(version__in=Version.objects.filter(assignments__isnull=False))
    rows = Rule.objects.filter(current | on_stacks, name__icontains=text)
    return rows.select_related("version__rule_set").order_by("name", "-version__number")[:MOST]


def objects(text: str) -> list[tuple[str, ReusableObject]]:
    """Return the reusable objects with their kinds as they stand in addresses."""
    return [
        (key, one)
        for key, kind in KINDS.items()
        for one in kind.objects.filter(name__icontains=text).order_by("name")[:MOST]
    ]
