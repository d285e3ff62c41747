"""Rule sets as the pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from designer.models import OPEN, Assignment, RuleSet, Version


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule set: its open and its published version, and the stacks that have it."""

    rule_set: RuleSet
    open: Version | None
    published: Version | None
    versions: int
    stacks: list[str] = field(default_factory=list)

    @property
    def newest(self) -> Version | None:
        """The version that its name leads to: the one in force, else the one at work."""
        return self.published or self.open


def rule_sets() -> list[Listed]:
    """Return all rule sets by name; retired ones last."""
    given = Assignment.objects.select_related("stack__system").order_by("stack__name", "pk")
    versions = Version.objects.order_by("-number").prefetch_related(Prefetch("assignments", given))
    rows = RuleSet.objects.prefetch_related(Prefetch("versions", versions))
    return [_listed(row) for row in rows.order_by("retired_at", "name")]


def rule_set(pk: int) -> RuleSet | None:
    """Return one rule set."""
    return RuleSet.objects.filter(pk=pk).first()


def named(name: str) -> Listed | None:
    """Return the rule set of a name that is not retired, with its versions."""
    given = Assignment.objects.none()
    versions = Version.objects.order_by("-number").prefetch_related(Prefetch("assignments", given))
    rows = RuleSet.objects.filter(name__iexact=name, retired_at=None)
    row = rows.prefetch_related(Prefetch("versions", versions)).first() if name else None
    return _listed(row) if row else None


def versions_of(rule_set: RuleSet) -> list[Version]:
    """Return its versions, the newest first, each knowing the rule set."""
    return list(rule_set.versions.select_related("rule_set").order_by("-number"))


def version(pk: int) -> Version | None:
    """Return one version with its rule set."""
    return Version.objects.select_related("rule_set", "based_on").filter(pk=pk).first()


def beside(rule_set: RuleSet) -> list[Version]:
    """Return the versions of all other rule sets of its protocol, by name, the newest first."""
    rows = Version.objects.filter(rule_set__protocol=rule_set.protocol)
    rows = rows.exclude(rule_set=rule_set).select_related("rule_set")
    return list(rows.order_by("rule_set__name", "-number"))


def versions(keys: Iterable[int] | None = None) -> list[Version]:
    """Return the versions with these keys, or all that are not rejected, the newest first."""
    rows = Version.objects.select_related("rule_set").order_by("rule_set__name", "-number")
    if keys is not None:
        return list(rows.filter(pk__in=[*keys]))
    return list(rows.exclude(state=Version.State.REJECTED).filter(rule_set__retired_at=None))


def waiting() -> QuerySet[Version]:
    """Return the versions that wait for approval, the oldest first."""
    rows = Version.objects.filter(state=Version.State.SUBMITTED).select_related("rule_set")
    return rows.order_by("submitted_at", "pk")


def drafts(protocol: str) -> QuerySet[Version]:
    """Return the drafts for a protocol, the last edited first."""
    rows = Version.objects.filter(state=Version.State.DRAFT, rule_set__protocol=protocol)
    return rows.select_related("rule_set").order_by("-edited_at", "pk")


def _listed(row: RuleSet) -> Listed:
    versions = list(row.versions.all())
    have = {str(one.stack) for version in versions for one in version.assignments.all()}
    return Listed(
        row,
        next((one for one in versions if one.state in OPEN), None),
        next((one for one in versions if one.state == Version.State.PUBLISHED), None),
        len(versions),
        sorted(have),
    )
