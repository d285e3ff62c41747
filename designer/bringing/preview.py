"""What bringing a policy into the workspace would do, as data; nothing is stored here.

`preview(source, there)` holds a policy in any form (`policy.sources.read`) against the rule sets
and objects that are there: what is new, the same or changed, which names clash, and every fault by
line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

from designer.content.labels import OWNER_LIMIT
from policy.checks import UNKNOWN_SURROUNDINGS, Surroundings
from policy.diff import Difference, diff
from policy.findings import Finding, Place, Severity, errors
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.settings import DEFAULTS, Settings
from policy.sources import Source, check_source
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.values.names import NAME_LIMIT
from policy.values.ports import PortSet

Value = AddressSet | Traffic | Requirement | Action
Found = TypeVar("Found")


class ObjectKind(StrEnum):
    """Kinds of reusable objects; names are unique within a kind."""

    ADDRESSES = "addresses"
    TRAFFIC = "traffic"
    SECURITY = "security"
    ACTION = "action"


_WORDS: Final = {
    ObjectKind.ADDRESSES: "address group",
    ObjectKind.TRAFFIC: "traffic descriptor",
    ObjectKind.SECURITY: "security descriptor",
    ObjectKind.ACTION: "action",
}


class Standing(StrEnum):
    """How something of the file stands to what is there."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    CLASH = "clash"


@dataclass(frozen=True, slots=True)
class There:
    """What the workspace holds: rule sets by name, objects by kind and name.

    `names` are those of all rule sets, also of those that were not read. Names are the same in
    either case.
    """

    rule_sets: Mapping[str, RuleSet] = field(default_factory=dict)
    objects: Mapping[ObjectKind, Mapping[str, Value]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FoundRuleSet:
    """A rule set of the file. `difference` is against the one of its name, or the given policy.

    A clash is a name that another protocol's rule set has; `free_name` is one that nothing has.
    """

    rule_set: RuleSet
    standing: Standing
    place: Place
    difference: Difference
    free_name: str

    @property
    def changes_meaning(self) -> bool:
        """Whether something else would happen to some connection, or that was not compared."""
        return not self.difference.same_meaning


@dataclass(frozen=True, slots=True)
class FoundObject:
    """A named part of the file. A clash: its name is there, or in the file, with other content.

    To bring it in all the same, take `free_name`, or leave the parts in their rules. `used_by` are
    (protocol, rule name).
    """

    kind: ObjectKind
    name: str
    value: Value
    standing: Standing
    free_name: str
    used_by: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """All of it. Without `ok` nothing may be brought in: all or nothing."""

    findings: tuple[Finding, ...]
    rule_sets: tuple[FoundRuleSet, ...]
    objects: tuple[FoundObject, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error; clashes are decisions, not errors."""
        return not errors(self.findings)

    @property
    def clashes(self) -> tuple[FoundRuleSet | FoundObject, ...]:
        """What needs a decision."""
        found: tuple[FoundRuleSet | FoundObject, ...] = (*self.rule_sets, *self.objects)
        return tuple(one for one in found if one.standing is Standing.CLASH)


def preview(
    source: Source,
    there: There,
    *,
    against: Policy | None = None,
    around: Surroundings = UNKNOWN_SURROUNDINGS,
    how: Settings = DEFAULTS,
) -> Preview:
    """Return what bringing `source` in would do.

    `against` is what its rule sets are compared with, for example what a stack has installed;
    without it the rule sets of the same name. `how` rules match.
    """
    findings = [*check_source(source, around, how), *_too_long(source)]
    findings.sort(key=lambda one: (one.place.line, one.place.column))
    sets = tuple(_rule_set(one, source, there, against, how) for one in source.policy.rule_sets)
    return Preview(tuple(findings), sets, tuple(_objects(source.policy, there)))


def bare(value: Value) -> object:
    """Return the content without names; the order in a group does not matter."""
    if isinstance(value, AddressSet):
        return frozenset(value.members)
    if isinstance(value, Traffic):
        ports = [_members(one) for one in (value.local_ports, value.remote_ports)]
        return *ports, replace(value, local_ports=None, remote_ports=None)
    return replace(value, name="")


def parts(rule: Rule) -> Iterator[tuple[ObjectKind, str, Value]]:
    """Yield the named parts of a rule that can be objects: what asks for nothing can't.

    Ports that have a name make a descriptor of all but addresses.
    """
    traffic = rule.traffic
    for addresses in (traffic.local, traffic.remote):
        if addresses and addresses.name:
            yield ObjectKind.ADDRESSES, addresses.name, addresses
    ports = [one for one in (traffic.local_ports, traffic.remote_ports) if one and one.name]
    if ports and len({one.name for one in ports}) == 1:
        descriptor = replace(traffic, local=None, remote=None)
        yield ObjectKind.TRAFFIC, ports[0].name, descriptor
    if rule.requirement and rule.requirement.name and not rule.requirement.is_empty:
        yield ObjectKind.SECURITY, rule.requirement.name, rule.requirement
    if rule.action.name:
        yield ObjectKind.ACTION, rule.action.name, rule.action


def _rule_set(
    one: RuleSet, source: Source, there: There, against: Policy | None, how: Settings
) -> FoundRuleSet:
    named = _named(one.name, there.rule_sets)
    if named is None:
        standing = Standing.CLASH if _named(one.name, _all(there)) else Standing.NEW
    elif named.protocol is not one.protocol:
        standing = Standing.CLASH
    else:
        standing = Standing.SAME if _said(named) == _said(one) else Standing.CHANGED
    older = named if named and named.protocol is one.protocol else None
    if against is not None:
        older = against.rule_set(one.protocol)
    before = Policy((_said(older),) if older else ())
    places = [source.rules.get((one.protocol.value, rule.name)) for rule in one.rules()]
    lines = [place for place in places if place]
    place = min(lines, key=lambda at: (at.line, at.column), default=Place(1, 1))
    free = _free(one.name, {name.lower() for name in _all(there)})
    difference = diff(before, Policy((_said(one),)), how)
    return FoundRuleSet(one, standing, place, difference, free)


def _all(there: There) -> dict[str, str]:
    return {name: name for name in (*there.rule_sets, *there.names)}


def _named(name: str, known: Mapping[str, Found]) -> Found | None:
    return next((one for key, one in known.items() if key.lower() == name.lower()), None)


def _said(rule_set: RuleSet) -> RuleSet:
    """The rules without what a version does not keep: the purpose above them."""
    return replace(rule_set, name=rule_set.name.lower(), description="")


def _too_long(source: Source) -> Iterator[Finding]:
    """Names and owners that the workspace has no room for."""
    for rule_set in source.policy.rule_sets:
        for rule in rule_set.rules():
            place = source.rules.get((rule_set.protocol.value, rule.name), Place(1, 1))
            said = [("name of the rule set", rule_set.name), ("name of the rule", rule.name)]
            said += [(f"name of the {_WORDS[kind]}", name) for kind, name, _ in parts(rule)]
            found = [(what, text, NAME_LIMIT) for what, text in said]
            for what, text, limit in (*found, ("owner", rule.owner, OWNER_LIMIT)):
                if len(text) > limit:
                    message = f"the {what} `{text[:40]}` is longer than {limit} characters"
                    yield Finding("too-long", Severity.ERROR, message, place, "shorten it")


@dataclass(slots=True)
class _Part:
    name: str
    value: Value
    used_by: list[tuple[str, str]]


def _objects(policy: Policy, there: There) -> Iterator[FoundObject]:
    found: dict[tuple[ObjectKind, str], list[_Part]] = {}
    for rule_set in policy.rule_sets:
        for rule in rule_set.rules():
            for kind, name, value in parts(rule):
                of_name = found.setdefault((kind, name.lower()), [])
                same = next((one for one in of_name if bare(one.value) == bare(value)), None)
                if same is None:
                    same = _Part(name, value, [])
                    of_name.append(same)
                same.used_by.append((rule_set.protocol.value, rule.name))
    for (kind, lower), values in found.items():
        known = there.objects.get(kind, {})
        names = (*(name.lower() for name in known), *(n for k, n in found if k is kind))
        taken = set(names)
        there_is = _named(lower, known)
        for place, one in enumerate(values):
            standing = _standing(one.value, there_is, place)
            free = _free(one.name, taken)
            taken.add(free.lower())
            used_by = tuple(dict.fromkeys(one.used_by))
            yield FoundObject(kind, one.name, one.value, standing, free, used_by)


def _standing(value: Value, known: Value | None, place: int) -> Standing:
    if known is not None:
        return Standing.SAME if bare(known) == bare(value) else Standing.CLASH
    return Standing.CLASH if place else Standing.NEW


def _members(ports: PortSet | None) -> frozenset[object]:
    return frozenset(ports.members) if ports else frozenset()


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name[:NAME_LIMIT]
    while free.lower() in taken:
        number += 1
        suffix = f" ({number})"
        free = name[: NAME_LIMIT - len(suffix)] + suffix
    return free
