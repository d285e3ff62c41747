"""Everything of the designer as one document (designer/content/backup-1.json)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Prefetch

from designer.content.backup_schema import SCHEMA_NAME
from designer.models import (
    Assignment,
    Installation,
    ReusableObject,
    RuleSet,
    SecurityDescriptor,
    Stack,
    Version,
)
from designer.queries.around import facts_of
from designer.queries.contents import content_of
from designer.queries.objects import KINDS, of_kind
from designer.queries.site import site
from designer.queries.stacks import groups

Tree = dict[str, Any]


def everything(now: datetime) -> Tree:
    """Return the site's objects, rule sets with all versions, stacks with what they have."""
    return {
        "schema": SCHEMA_NAME,
        "made_at": now.isoformat(),
        "groups": [
            {
                "name": group.name,
                "description": group.description,
                **({"dialect": group.dialect} if group.dialect else {}),
                "systems": [
                    {
                        "sysplex": system.sysplex,
                        "name": system.name,
                        "stacks": [stack_tree(one) for one in system.stacks.all()],
                    }
                    for system in group.systems.all()
                ],
            }
            for group in groups()
        ],
        "objects": {
            kind: [object_tree(one) for one in of_kind(model).filter(shipped=False)]
            for kind, model in KINDS.items()
        },
        **({"site": found} if (found := site_tree()) else {}),
        "rule_sets": [rule_set_tree(one) for one in RuleSet.objects.order_by("name")],
    }


def object_tree(one: ReusableObject) -> Tree:
    """Return an object without what a store adds."""
    found: Tree = {
        "name": one.name,
        "description": one.description,
        "basis": one.basis,
        "content": one.content,
    }
    return {**found, "protocol": one.protocol} if isinstance(one, SecurityDescriptor) else found


def rule_set_tree(row: RuleSet) -> Tree:
    """Return a rule set with all its versions, the oldest first."""
    people = dict(get_user_model().objects.values_list("pk", "username"))
    rows = Version.objects.filter(rule_set=row).order_by("number").select_related("based_on")
    planned = Prefetch("planned__stack", Stack.objects.select_related("system"))
    return {
        "name": row.name,
        "protocol": row.protocol,
        "description": row.description,
        "owner": row.owner,
        "made_at": row.made_at.isoformat(),
        "retired_at": _time(row.retired_at),
        "versions": [_version(one, people) for one in rows.prefetch_related(planned)],
    }


def stack_tree(stack: Stack) -> Tree:
    """Return a stack with its assignments and installations, the oldest first."""
    return {
        "name": stack.name,
        "tag": stack.tag,
        **({"facts": _facts(stack)} if stack.told_at else {}),
        "assignments": [_reference(one) for one in stack.assignments.all()],
        "installations": [
            installation_tree(one)
            for one in stack.installations.order_by("installed_at", "pk").prefetch_related(
                "versions__rule_set"
            )
        ],
    }


def _facts(stack: Stack) -> Tree:
    """What is told of a stack, its dialect too."""
    plain = facts_of(stack).tree | {"dialect": stack.dialect, "told_by_name": stack.told_by_name}
    return {**plain, "told_at": _time(stack.told_at)}


def site_tree() -> Tree:
    """Return the site's settings that are not as usual; empty before the first change."""
    row = site()
    return {"dialect": row.dialect, "matching": row.matching} if row.revision else {}


def installation_tree(one: Installation) -> Tree:
    """Return a record of an installation."""
    versions = sorted(one.versions.all(), key=lambda row: (row.rule_set.name, row.number))
    return {
        "versions": [{"rule_set": row.rule_set.name, "number": row.number} for row in versions],
        "document": one.document,
        "policy_file": one.policy_file,
        "digest": one.digest,
        "dialect": one.dialect,
        "comment": one.comment,
        "installed_by_name": one.installed_by_name,
        "installed_at": one.installed_at.isoformat(),
    }


def _version(row: Version, people: dict[int, str]) -> Tree:
    plain = ("number", "state", "comment", "revision", "author_name", "edited_by_name")
    more = ("submitted_by_name", "decided_by_name", "decision_comment", "document", "digest")
    return {
        **{part: getattr(row, part) for part in (*plain, *more)},
        "based_on": row.based_on.number if row.based_on else None,
        "made_at": row.made_at.isoformat(),
        "edited_at": row.edited_at.isoformat(),
        "submitted_at": _time(row.submitted_at),
        "decided_at": _time(row.decided_at),
        "editors": sorted(people[pk] for pk in row.editors if pk in people),
        **content_of(row).tree(),
        "planned": [
            {
                "sysplex": one.stack.system.sysplex,
                "system": one.stack.system.name,
                "stack": one.stack.name,
            }
            for one in sorted(row.planned.all(), key=lambda one: str(one.stack))
        ],
    }


def _reference(one: Assignment) -> Tree:
    return {"rule_set": one.version.rule_set.name, "number": one.version.number}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
