"""What a filter can choose from: only what the store holds."""

from __future__ import annotations

from analyzer.models import Protection, Stack


def stacks() -> list[tuple[str, str, str]]:
    """All stacks as (sysplex, system, stack), by name."""
    names = Stack.objects.order_by("sysplex", "system", "stack")
    return list(names.values_list("sysplex", "system", "stack"))


def versions() -> list[str]:
    """Protocol versions of the protections seen, by protocol and name."""
    found = Protection.objects.exclude(version="").order_by("protocol", "version")
    return list(dict.fromkeys(found.values_list("version", flat=True).distinct()))
