"""What the workspace has under the names of a policy, in either case, to hold the policy against.

With `lock` nobody else changes what was read until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Lower
from psycopg import sql

from designer.content.rules import Content
from designer.models import OPEN, ReusableObject, RuleSet, Version
from designer.queries.objects import FIELDS, ReusableKind


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule set with the version that counts (published, else the newest) and the open one."""

    rule_set: RuleSet
    base: Version
    open: Version | None


def rule_set_names() -> frozenset[str]:
    """Return the names of all rule sets."""
    return frozenset(RuleSet.objects.values_list("name", flat=True))


def rule_sets_named(names: Iterable[str], *, lock: bool = False) -> list[Standing]:
    """Return the rule sets with these names."""
    versions = Version.objects.select_related("rule_set").order_by("-number")
    rows: QuerySet[RuleSet] = RuleSet.objects.alias(lower=Lower("name")).filter(
        lower__in=_lower(names)
    )
    rows = rows.order_by("pk").prefetch_related(Prefetch("versions", versions))
    rows = rows.select_for_update() if lock else rows
    return [found for row in rows if (found := _standing(row)) is not None]


def lock_objects(kind: ReusableKind, names: Iterable[str]) -> None:
    """Let nobody change the objects with these names until the transaction ends."""
    rows = kind._default_manager.alias(lower=Lower("name")).filter(lower__in=_lower(names))
    list(rows.order_by("pk").select_for_update().values_list("pk"))


def hold_objects(*contents: Content) -> None:
    """Let nobody change or delete what rules name until the transaction ends.

    As foreign keys do: others who refer to the same objects go on. Before the versions are locked,
    since who changes an object holds it and goes on to the drafts that use it.
    """
    rules = [rule for content in contents for rule in content.rules]
    for kind, fields in FIELDS.items():
        names = {getattr(rule, field) for rule in rules for field in fields} - {""}
        if names:
            _hold(kind, sorted(names))


def _hold(kind: type[ReusableObject], names: list[str]) -> None:
    rows = sql.SQL("SELECT id FROM {} WHERE name = ANY(%s) ORDER BY id FOR KEY SHARE")
    with connection.cursor() as cursor:
        cursor.execute(rows.format(sql.Identifier(kind._meta.db_table)), [names])


def _lower(names: Iterable[str]) -> list[str]:
    return sorted({name.lower() for name in names})


def _standing(row: RuleSet) -> Standing | None:
    versions: Sequence[Version] = list(row.versions.all())
    if not versions:
        return None
    published = (one for one in versions if one.state == Version.State.PUBLISHED)
    waiting = (one for one in versions if one.state in OPEN)
    return Standing(row, next(published, versions[0]), next(waiting, None))
