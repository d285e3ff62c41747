"""Rule sets and their versions: lists, one by key, differences, exceptions that end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet

from designer.content.errors import DesignerError
from designer.models import OPEN, Rule, RuleSet, Version
from designer.queries.contents import policy_of
from designer.queries.site import matching
from policy.diff import Difference, diff


def rule_sets(*, retired: bool = False) -> QuerySet[RuleSet]:
    """Return the rule sets by name, with `current` and `open` versions in `shown_versions`."""
    shown = (
        Version.objects.filter(state__in=[*OPEN, Version.State.PUBLISHED])
        .order_by("number")
        .defer("document", "test_results")
    )
    rows = RuleSet.objects.prefetch_related(Prefetch("versions", shown, to_attr="shown_versions"))
    return (rows if retired else rows.filter(retired_at=None)).order_by("name")


def rule_set(pk: int) -> RuleSet | None:
    """Return one rule set, also a retired one."""
    return rule_sets(retired=True).filter(pk=pk).first()


def versions_of(rule_set: RuleSet) -> QuerySet[Version]:
    """Return the versions of a rule set, the newest first."""
    return Version.objects.filter(rule_set=rule_set).order_by("-number").select_related("based_on")


def version(pk: int) -> Version | None:
    """Return one version with its rule set."""
    return Version.objects.select_related("rule_set", "based_on").filter(pk=pk).first()


def numbered(rule_set_pk: int, number: int) -> Version | None:
    """Return the version of that number of a rule set."""
    rows = Version.objects.select_related("rule_set", "based_on")
    return rows.filter(rule_set=rule_set_pk, number=number).first()


def waiting() -> QuerySet[Version]:
    """Return the versions that wait for approval, the oldest first."""
    rows = Version.objects.filter(state=Version.State.SUBMITTED).select_related("rule_set")
    return rows.order_by("submitted_at", "pk")


def difference(before: Version, after: Version) -> Difference:
    """Return what differs between two versions by meaning. Raises DesignerError."""
    if before.rule_set.protocol != after.rule_set.protocol:
        raise DesignerError(
            f"`{before.rule_set}` is for {before.rule_set.protocol}, `{after.rule_set}` for "
            f"{after.rule_set.protocol}: they do not compare"
        )
    return diff(policy_of(before), policy_of(after), matching())


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A specific rule that ends, where it is in force or about to be."""

    version: Version
    rule: str
    owner: str
    expires: date
    days_left: int
    """Until its last day, negative when it is over."""
    stacks: tuple[str, ...]


def exceptions(*, today: date, days: int) -> list[Lapsing]:
    """Return the exceptions that end within so many days or have ended, the nearest first.

    Those of published versions, of those that stacks have, and of open drafts; of a retired rule
    set none but what a stack has.
    """
    alive = Q(
        version__state__in=[*OPEN, Version.State.PUBLISHED], version__rule_set__retired_at=None
    )
    alive |= Q(version__assignments__isnull=False)
    rows = (
        Rule.objects.filter(alive, expires__lte=today + timedelta(days=days))
        .select_related("version__rule_set")
        .prefetch_related("version__assignments__stack__system")
        .distinct()
    )
    return [_lapsing(row, today) for row in rows.order_by("expires", "version_id", "place")]


def _lapsing(row: Rule, today: date) -> Lapsing:
    stacks = tuple(sorted(str(one.stack) for one in row.version.assignments.all()))
    ends = row.expires or date.max
    return Lapsing(row.version, row.name, row.owner, ends, (ends - today).days, stacks)
