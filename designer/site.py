"""What the site chooses for all its policies: the dialect of files, and how rules match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from analyzer import audit
from designer import dialects, drafts
from designer.content.errors import ContentError, DesignerError, StaleSiteError
from designer.models import PolicySite, Version, ZosGroup
from designer.models.site import ONLY
from policy.errors import PolicyError
from policy.settings import DEFAULTS, read


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen: `matching` has values by name, `groups` dialects by keys of z/OS groups.

    Settings that are left out are as usual, groups that are left out stay as they are.
    """

    dialect: str = ""
    matching: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)


@transaction.atomic
def choose(*, said: Chosen, revision: int, by: User, now: datetime) -> PolicySite:
    """Put these choices in the place of those of `revision`; tests of drafts run again.

    Raises ContentError, StaleSiteError when somebody chose after that revision.
    """
    row = _held()
    if row.revision != revision:
        raise StaleSiteError("the policy settings", number=row.revision, by=row.changed_by_name)
    matching = _checked(said)
    before = {"dialect": row.dialect, "matching": row.matching}
    row.dialect, row.matching = said.dialect, matching
    row.revision, row.changed_by_name, row.changed_at = revision + 1, by.get_username(), now
    row.save()
    groups = _spell_groups(said.groups)
    failing = _run_tests() if before["matching"] != matching else []
    data = {"before": before, "dialect": row.dialect, "matching": matching, "groups": groups}
    data["failing"] = failing
    audit.record(by=by, action="policy.site.choose", target="", data=data, now=now)
    return row


def _held() -> PolicySite:
    """The one row, kept from others until the transaction ends."""
    try:
        with transaction.atomic():
            PolicySite.objects.get_or_create(pk=ONLY)
    except IntegrityError as error:  # two people made it at once
        raise DesignerError("somebody else saves them right now; look again") from error
    return PolicySite.objects.select_for_update().get(pk=ONLY)


def _checked(said: Chosen) -> dict[str, str]:
    """The settings that are not as usual."""
    faults = []
    for field_name, dialect in (("dialect", said.dialect), *_named(said.groups)):
        try:
            dialects.named(dialect)
        except DesignerError as error:
            faults.append(("", field_name, str(error)))
    for name, value in said.matching.items():
        try:
            read({name: value})
        except PolicyError as error:
            faults.append(("", name, str(error)))
    if faults:
        raise ContentError(*faults)
    usual = DEFAULTS.tree()
    return {name: value for name, value in said.matching.items() if value != usual[name]}


def _named(groups: Mapping[int, str]) -> list[tuple[str, str]]:
    return [(f"group_{key}", dialect) for key, dialect in groups.items()]


def _spell_groups(wanted: Mapping[int, str]) -> dict[str, str]:
    """Give groups their dialects; returns what has changed by name."""
    rows = ZosGroup.objects.select_for_update().filter(pk__in=[*wanted]).order_by("pk")
    changed = {}
    for row in rows:
        if row.dialect != wanted[row.pk]:
            row.dialect = changed[row.name] = wanted[row.pk]
            row.save(update_fields=["dialect"])
    return changed


def _run_tests() -> list[str]:
    """Run the tests of all drafts as rules match now.

    Returns the drafts with one that fails, and those that can't be read.
    """
    rows = Version.objects.filter(state=Version.State.DRAFT).select_related("rule_set")
    failing = []
    for row in rows.order_by("pk").select_for_update(of=("self",)):
        try:
            drafts.test_again(row)
        except ContentError as error:
            failing.append(f"{row}: {error}")
            continue
        if any(not one["passed"] for one in row.test_results):
            failing.append(str(row))
    return failing
