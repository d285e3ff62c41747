"""What a person decides before a policy is brought in, beside what is there.

Each rule set and each named part is an item with the ways that it can go. `digest` says what was
seen: the text and everything in the workspace that the items stand on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final

from django.contrib.auth.models import User

from designer.bringing.preview import (
    FoundObject,
    FoundRuleSet,
    ObjectKind,
    Preview,
    Standing,
    There,
    Value,
    parts,
    preview,
)
from designer.content.digests import digest_of
from designer.content.objects import kept
from designer.content.resolving import Shelf
from designer.models import (
    ActionDescriptor,
    AddressGroup,
    SecurityDescriptor,
    TrafficDescriptor,
    Version,
)
from designer.queries import named
from designer.queries.around import around
from designer.queries.contents import rule_set_of, shelf
from designer.queries.objects import ReusableKind
from policy import documents
from policy.model import Policy
from policy.sources import Source

MODELS: Final[dict[ObjectKind, ReusableKind]] = {
    ObjectKind.ADDRESSES: AddressGroup,
    ObjectKind.TRAFFIC: TrafficDescriptor,
    ObjectKind.SECURITY: SecurityDescriptor,
    ObjectKind.ACTION: ActionDescriptor,
}


class Way(StrEnum):
    """Where a rule set or a named part of the file goes."""

    NEW = "new"
    NEXT = "next"
    MINE = "mine"
    LEAVE = "leave"
    MAKE = "make"
    USE = "use"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class Item:
    """Something of the file. `usual` is the way that needs no decision, empty where one is due.

    `name` is the one that it gets with `NEW` or `MAKE`; `there` is what the workspace has.
    """

    key: str
    name: str
    ways: Mapping[Way, str]
    usual: str
    found: FoundRuleSet | FoundObject
    note: str = ""
    there: named.Standing | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it; `digest` changes with the text and with what the items stand on."""

    source: Source
    preview: Preview
    rule_sets: tuple[Item, ...]
    objects: tuple[Item, ...]
    digest: str

    @property
    def has_news(self) -> bool:
        """Whether there is anything that can be brought in."""
        return any(len(one.ways) > 1 for one in self.rule_sets)


def plan(
    source: Source, *, by: User, day: date, against: Policy | None = None, lock: bool = False
) -> Plan:
    """Return what can be done with a policy. Raises ContentError for objects that fit no more.

    `against` is what the rule sets are compared with instead of those of their names.
    """
    names = [one.name for one in source.policy.rule_sets]
    if lock:
        _lock_objects(source)
    rows = named.rule_sets_named(names, lock=lock)
    there = There(
        {row.rule_set.name: rule_set_of(row.base) for row in rows},
        objects_on(shelf()),
        named.rule_set_names(),
    )
    where = around(day=day)
    how = where.how
    seen = preview(source, there, against=against, around=where.surroundings(), how=how)
    by_name = {row.rule_set.name.lower(): row for row in rows}
    sets = tuple(
        _rule_set(one, by_name.get(one.rule_set.name.lower()), by) for one in seen.rule_sets
    )
    objects = tuple(_object(place, one) for place, one in enumerate(seen.objects, start=1))
    return Plan(source, seen, sets, objects, _digest(source, (*sets, *objects), there))


def objects_on(found: Shelf) -> dict[ObjectKind, Mapping[str, Value]]:
    """Return all objects by kind and name."""
    return {
        ObjectKind.ADDRESSES: found.addresses,
        ObjectKind.TRAFFIC: found.traffic,
        ObjectKind.SECURITY: found.security,
        ObjectKind.ACTION: found.actions,
    }


def _lock_objects(source: Source) -> None:
    names: dict[ObjectKind, set[str]] = {kind: set() for kind in ObjectKind}
    for rule_set in source.policy.rule_sets:
        for rule in rule_set.rules():
            for kind, name, _ in parts(rule):
                names[kind].add(name)
    for kind, of_kind in names.items():
        if of_kind:
            named.lock_objects(MODELS[kind], of_kind)


def _rule_set(found: FoundRuleSet, there: named.Standing | None, by: User) -> Item:
    key, name = f"rule-set {found.rule_set.protocol}", found.rule_set.name
    leave = {Way.LEAVE: "leave it out"}
    if found.standing is Standing.NEW:
        ways = {Way.NEW: f"make the rule set {name}", **leave}
        return Item(key, name, ways, Way.NEW, found)
    if found.standing is Standing.SAME and there:
        return Item(key, name, leave, Way.LEAVE, found, f"{there.base} says the same", there)
    beside = {Way.NEW: f"make the rule set {found.free_name}", **leave}
    if found.standing is Standing.CLASH or there is None:
        note = f"the rule set {name} that is there is for another protocol"
        return Item(key, found.free_name, beside, "", found, note, there)
    why = _closed(there, by)
    if why:
        return Item(key, found.free_name, beside, "", found, why, there)
    if there.open:
        ways = {Way.MINE: f"put it in the place of what your draft {there.open} says", **beside}
        note = f"you have a draft of it, last saved as revision {there.open.revision}"
        return Item(key, found.free_name, ways, "", found, note, there)
    ways = {Way.NEXT: f"make it the next draft of {there.rule_set}", **beside}
    return Item(key, found.free_name, ways, Way.NEXT, found, there=there)


def _closed(there: named.Standing, by: User) -> str:
    """Why the rule set of that name takes no next version from this person."""
    if there.rule_set.retired_at is not None:
        return f"{there.rule_set} is retired"
    if there.open is None:
        return ""
    if there.open.state == Version.State.SUBMITTED:
        return f"{there.open} waits for approval"
    if set(there.open.editors) - {by.pk}:
        return f"{there.open} is a draft that others work on, and is not overwritten"
    return ""


def _object(place: int, found: FoundObject) -> Item:
    key, inline = f"object {place}", {Way.INLINE: "leave it in its rules"}
    if found.standing is Standing.SAME:
        return Item(key, found.name, {Way.USE: "use what is there"}, Way.USE, found)
    if found.standing is Standing.NEW:
        return Item(key, found.name, {Way.MAKE: "make it", **inline}, Way.MAKE, found)
    ways = {Way.MAKE: f"make it as {found.free_name}", **inline}
    note = "the name is there, or in this file, with other content"
    return Item(key, found.free_name, ways, "", found, note)


def _digest(source: Source, items: Iterable[Item], there: There) -> str:
    stands_on = [[one.key, one.name, sorted(one.ways), *_under(one, there)] for one in items]
    # The same text says something else in another dialect.
    read_as = digest_of(documents.to_tree(source.policy))
    said = json.dumps([source.text, source.form, source.page, read_as, stands_on])
    return sha256(said.encode()).hexdigest()


def _under(item: Item, there: There) -> Iterator[object]:
    """What of the workspace an item stands on: versions at their revisions, an object's content."""
    found, row = item.found, item.there
    yield found.standing
    if row:
        for version in (row.base, row.open):
            yield [version.pk, version.revision, version.state] if version else None
    if isinstance(found, FoundObject):
        lower = found.name.lower()
        known = there.objects[found.kind].items()
        yield [kept(value) for name, value in known if name.lower() == lower]
