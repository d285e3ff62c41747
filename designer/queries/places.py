"""What stands on groups, systems and stacks, and which there are to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from designer.models import OPEN, PlannedStack, Stack, System, ZosGroup
from designer.queries import stacks

MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps a place from being deleted (words, page and key), and what goes with it."""

    holding: tuple[tuple[str, str, int], ...]
    going: tuple[str, ...] = ()


def systems_of(group: ZosGroup) -> QuerySet[System]:
    """Return the systems of a group by name."""
    return stacks.systems().filter(group=group)


def stacks_of(system: System) -> QuerySet[Stack]:
    """Return the stacks of a system by name."""
    return system.stacks.select_related("system").order_by("name")


def group_choices() -> list[tuple[str, str]]:
    """Return all groups as choices of a form."""
    return [(str(one.pk), one.name) for one in stacks.plain_groups()]


def system_choices() -> list[tuple[str, str]]:
    """Return all systems as choices of a form, each with its group."""
    return [(str(one.pk), f"{one} ({one.group})") for one in stacks.systems()]


def on(place: ZosGroup | System | Stack) -> Standing:
    """Return what stands on a place."""
    if isinstance(place, ZosGroup):
        rows = [
            (f"the system {one}", "policy_system", one.pk) for one in systems_of(place)[:MOST_NAMED]
        ]
        return Standing(tuple(rows))
    if isinstance(place, System):
        rows = [
            (f"the stack {one.name} ({one.tag})", "policy_stack", one.pk)
            for one in stacks_of(place)[:MOST_NAMED]
        ]
        return Standing(tuple(rows))
    return _on_stack(place)


def _on_stack(stack: Stack) -> Standing:
    here = ("policy_stack", stack.pk)
    held = [(f"{one.version}, which it has", *here) for one in stacks.assignments_of(stack)]
    number = stack.installations.count()
    if number:
        many = f"{number} installation{'' if number == 1 else 's'}"
        held.append((f"{many} written down, which stay as evidence", *here))
    plans = PlannedStack.objects.filter(stack=stack, version__state__in=OPEN)
    planned = plans.select_related("version__rule_set").order_by("version__rule_set__name")
    return Standing(tuple(held), tuple(f"the plan of {one.version}" for one in planned))
