"""What checks are told of a version: the codes on record, and the facts of its stacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Final

from django.conf import settings

from analyzer import history
from designer import dialects
from designer.content.errors import DesignerError
from designer.content.facts import Around, Facts, OnRecord, Told
from designer.models import Assignment, PlannedStack, PolicySite, Stack, Version
from designer.queries.site import dialect_of, matching, site
from policy.attributes import Protection, source_of
from policy.dialects.dialect import Dialect
from policy.matcher import UNKNOWN_CODE, counts
from policy.settings import Settings
from policy.vectorised import column_of
from policy.vocabulary import KINDS, Attribute, Protocol
from web.budget import OutOfTimeError

_COLUMNS: Final = {
    column_of(protocol, attribute.value): (protocol, attribute)
    for protocol, kinds in KINDS.items()
    for attribute in kinds
}
_MANUAL: Final = column_of(Protocol.IPSEC, "manual")
_FACTS: Final = tuple(one.name for one in fields(Facts))


def facts_of(stack: Stack) -> Facts:
    """Return what people have told of a stack."""
    return Facts(**{name: getattr(stack, name) for name in _FACTS})


def recorded(how: Settings) -> OnRecord | None:
    """Return what rules see of what is on record; None where nothing is on record.

    A code that does not count is one that is not known. None also when reading them takes too long:
    then nobody knows.
    """
    try:
        found = history.codes(limit_s=float(settings.TIME_LIMIT_PAGE_S))
    except OutOfTimeError:
        return None
    if not found:
        return None
    codes: dict[tuple[Protocol, Attribute], set[int]] = defaultdict(set)
    for name, code, source in found:
        if name not in _COLUMNS:
            continue
        protocol, attribute = _COLUMNS[name]
        is_seen = counts(Protection(protocol, source=source_of(source)), how)
        codes[protocol, attribute].add(code if is_seen else UNKNOWN_CODE)
    seen = tuple((key, frozenset(codes[key])) for key in sorted(codes))
    return OnRecord(seen, any(name == _MANUAL for name, _, _ in found))


def around(*, day: date, stacks: Iterable[Stack] = ()) -> Around:
    """Return what checks are told where these stacks are concerned; they know their systems."""
    return _made(day, site(), {0: list(stacks)})[0]


def around_version(version: Version, day: date) -> Around:
    """Return what checks of a version are told."""
    return around_versions([version], day)[version.pk]


def around_versions(versions: Iterable[Version], day: date) -> dict[int, Around]:
    """Return it by the keys of versions, in as many queries as for one.

    A version that is open is for the stacks that it is planned for, another for those that have it.
    """
    rows = list(versions)
    of_open = PlannedStack.objects.filter(version__in=[one.pk for one in rows if one.is_open])
    others = Assignment.objects.filter(version__in=[one.pk for one in rows if not one.is_open])
    stacks: dict[int, list[Stack]] = {one.pk: [] for one in rows}
    for found in (of_open, others):
        for one in found.select_related("stack__system__group"):
            stacks[one.version_id].append(one.stack)
    return _made(day, site(), stacks)


def _made(day: date, chosen: PolicySite, stacks: dict[int, list[Stack]]) -> dict[int, Around]:
    how = matching(chosen)
    seen = recorded(how)
    found = {}
    for key, some in stacks.items():
        told = sorted((Told(str(one), facts_of(one)) for one in some), key=_name)
        ids = [dialect_of(one, chosen) for one in some] or [chosen.dialect]
        spelled = tuple(map(_spelled, sorted({*ids})))
        found[key] = Around(day, seen, tuple(told), how, spelled)
    return found


def _spelled(dialect_id: str) -> Dialect | str:
    try:
        return dialects.named(dialect_id)
    except DesignerError as error:
        return str(error)


def _name(told: Told) -> str:
    return told.stack
