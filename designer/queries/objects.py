"""Reusable objects, and where each is used."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from typing import Final

from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from designer.models import (
    ActionDescriptor,
    AddressGroup,
    ReusableObject,
    Rule,
    SecurityDescriptor,
    TrafficDescriptor,
    Version,
)
from policy.values.names import NAME_LIMIT

ReusableKind = (
    type[AddressGroup] | type[TrafficDescriptor] | type[SecurityDescriptor] | type[ActionDescriptor]
)
KINDS: Final[dict[str, ReusableKind]] = {
    "address-groups": AddressGroup,
    "traffic": TrafficDescriptor,
    "security": SecurityDescriptor,
    "actions": ActionDescriptor,
}
"""What stands in addresses -> the objects of that kind."""
WORDS: Final[dict[ReusableKind, str]] = {
    AddressGroup: "address group",
    TrafficDescriptor: "traffic descriptor",
    SecurityDescriptor: "security descriptor",
    ActionDescriptor: "action",
}
FIELDS: Final[dict[type[ReusableObject], tuple[str, ...]]] = {
    AddressGroup: ("local", "remote"),
    TrafficDescriptor: ("traffic",),
    SecurityDescriptor: ("security",),
    ActionDescriptor: ("action",),
}
"""The fields of a rule that refer to a kind."""


@dataclass(frozen=True, slots=True)
class Use:
    """A rule that refers to an object."""

    rule_set: str
    rule_set_id: int
    version_id: int
    number: int
    state: str
    rule: str

    def __str__(self) -> str:
        return f"{self.rule_set} version {self.number} ({self.state}), rule {self.rule}"


@dataclass(frozen=True, slots=True)
class Count:
    """How many rules refer to an object: those of drafts follow a change, others stay."""

    in_drafts: int
    elsewhere: int

    @property
    def rules(self) -> int:
        return self.in_drafts + self.elsewhere


def of_kind(kind: ReusableKind) -> QuerySet[ReusableObject]:
    """Return the objects of a kind by name, each with `uses`, the number of rules."""
    asked = Q()
    for field in FIELDS[kind]:
        asked |= Q(**{field: OuterRef("pk")})
    number = Func(F("pk"), function="count", output_field=IntegerField())
    using = Rule.objects.filter(asked).order_by().annotate(number=number).values("number")
    rows: QuerySet[ReusableObject] = kind._default_manager.annotate(uses=Subquery(using))
    return rows.order_by("name")


def find(kind: ReusableKind, pk: int) -> ReusableObject | None:
    """Return one object with `uses`."""
    return of_kind(kind).filter(pk=pk).first()


def named(kind: ReusableKind, name: str) -> ReusableObject | None:
    """Return the object of that name, in any case."""
    return of_kind(kind).filter(name__iexact=name).first()


def free_name(kind: ReusableKind, name: str) -> str:
    """Return a name for a copy that no object of the kind has yet."""
    taken = {one.lower() for one in kind._default_manager.values_list("name", flat=True)}
    endings = chain([" copy"], (f" copy {number}" for number in count(2)))
    names = (f"{name[: NAME_LIMIT - len(one)].rstrip()}{one}" for one in endings)
    return next(one for one in names if one.lower() not in taken)


def count_uses(one: ReusableObject) -> Count:
    """Return how many rules refer to an object."""
    rows = _rules_with(one)
    in_drafts = rows.filter(version__state=Version.State.DRAFT).count()
    return Count(in_drafts, rows.count() - in_drafts)


def where_used(one: ReusableObject, *, most: int | None = None) -> list[Use]:
    """Return the rules that refer to an object, drafts first, then the newest versions."""
    rows = _rules_with(one).order_by(
        F("version__decided_at").desc(nulls_first=True), "version__rule_set__name", "place"
    )
    return [
        Use(
            row.version.rule_set.name,
            row.version.rule_set_id,
            row.version_id,
            row.version.number,
            row.version.state,
            row.name,
        )
        for row in rows.select_related("version__rule_set")[:most]
    ]


def _rules_with(one: ReusableObject) -> QuerySet[Rule]:
    asked = Q()
    for field in FIELDS[type(one)]:
        asked |= Q(**{field: one.pk})
    return Rule.objects.filter(asked)
