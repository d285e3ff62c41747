"""What is in force on which stack, as records name it: for those who enforce as z/OS does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from designer.models import RELEASED, Installation, Stack, Version
from designer.queries.around import facts_of
from designer.queries.stacks import recorded_name
from policy import documents
from policy.model import Policy

Names = tuple[str, str, str]
_UNAPPROVED = Exists(
    Version.objects.exclude(state__in=RELEASED, decided_by__isnull=False).filter(
        installations=OuterRef("pk")
    )
)
_FACTS = ("zert_is_on", "audits_to_smf", "audits_to_nmi", "trmd_runs")


@dataclass(frozen=True, slots=True)
class LastInstalled:
    """The installation in force on the stack that records name so, and what is told of the stack.

    `name` is sysplex, system and stack in upper case; `document` the policy. Where `unclear` says
    why nobody can tell what is installed, the policy is empty.
    """

    name: Names
    digest: str
    installed_at: datetime
    document: dict[str, Any]
    facts: dict[str, bool]
    unclear: str = ""


def in_force() -> list[LastInstalled]:
    """Return what was last recorded as installed on each stack that has an installation.

    Of stacks with the same names, in several z/OS groups, the one that records are linked to
    counts. One that came from a backup counts when all its versions have been approved here.
    """
    newest = {one.stack_id: one for one in _last_installations()}
    named: defaultdict[Names, list[Stack]] = defaultdict(list)
    for stack in Stack.objects.select_related("system__group", "recorded").order_by("pk"):
        sysplex, system, name = recorded_name(stack)
        named[sysplex.upper(), system.upper(), name.upper()].append(stack)
    return [
        _of(names, bearers)
        for names, stacks in named.items()
        if (bearers := [*_bearers(stacks, newest)])
    ]


def in_force_mark() -> list[tuple[object, ...]]:
    """Return what differs whenever `in_force` does; cheap enough to ask every second."""
    newest = Installation.objects.filter(stack=OuterRef("pk")).order_by("-installed_at", "-pk")
    rows = Stack.objects.order_by("pk").annotate(
        newest=Subquery(newest.values("pk")[:1]),
        waits=Subquery(newest.values(waits=_UNAPPROVED)[:1]),
    )
    names = ("recorded_id", "name", "system__name", "system__sysplex", "system__group__name")
    return list(rows.values_list("pk", "newest", "waits", *names, *_FACTS))


def _last_installations() -> list[Installation]:
    """The newest of each stack, unless it waits for approval: an older one is not in force."""
    rows = Installation.objects.order_by("stack_id", "-installed_at", "-pk").distinct("stack_id")
    newest = rows.annotate(waits=_UNAPPROVED).defer("policy_file")
    return [one for one in newest if not one.waits]


def _bearers(
    stacks: Sequence[Stack], newest: dict[int, Installation]
) -> Iterator[tuple[Stack, Installation]]:
    linked = [one for one in stacks if one.recorded_id]
    for stack in linked or stacks:
        if stack.pk in newest:
            yield stack, newest[stack.pk]


def _of(names: Names, bearers: Sequence[tuple[Stack, Installation]]) -> LastInstalled:
    last = bearers[0][1]
    told = [_told(one) for one, _ in bearers]
    if any(one.digest != last.digest for _, one in bearers) or any(one != told[0] for one in told):
        groups = " and ".join(str(one.system.group) for one, _ in bearers)
        why = f"it is there in {groups}, not alike, and the records are linked to none of them"
        nothing = documents.to_tree(Policy())
        return LastInstalled(names, "", last.installed_at, nothing, {}, why)
    return LastInstalled(names, last.digest, last.installed_at, last.document, told[0])


def _told(stack: Stack) -> dict[str, bool]:
    facts = facts_of(stack).tree
    return {name: bool(facts[name]) for name in _FACTS if facts[name] is not None}
