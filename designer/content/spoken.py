"""What people read instead of plain values: connections, parts of rules, conflicts in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from designer.content.errors import ContentError, Sides
from designer.content.merging import COMMENTS, TOGETHER, Conflict
from designer.content.resolving import Head, Shelf, resolve
from designer.content.rules import Content, RuleContent, TestContent, Tree
from policy.attributes import TCP, Connection, Protection, Source
from policy.documents.connections import connection_from_tree
from policy.documents.parts import read_action, read_requirement, read_traffic
from policy.errors import DocumentError, PolicyError
from policy.model import Kind
from policy.vocabulary import KINDS, name_of
from policy.words import sentence, subject, using

LABELS: Final = {
    "name": "name",
    "kind": "kind of rule",
    "description": "why it is there",
    "owner": "owner",
    "expires": "exception until",
    "local": "local address group",
    "remote": "remote address group",
    "traffic": "traffic",
    "security": "protection",
    "action": "action",
    "inline_traffic": "conditions of this rule alone",
    "inline_security": "protection of this rule alone",
    "inline_action": "action of this rule alone",
    "comments": "comments in the policy file",
}
_NONE: Final = "none"
_UNSAID: Final = ("name", "description", "owner", COMMENTS)
"""What does not stand in the sentence of a rule."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two people says: the `value` itself, and the whole as a `sentence`."""

    value: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class SaidConflict:
    """A conflict in words: what it is about, what both began with, what each of them says."""

    key: str
    title: str
    base: Side
    theirs: Side
    mine: Side


class Speaker:
    """Says conflicts of a draft in words."""

    def __init__(self, head: Head, shelf: Shelf, sides: Sides) -> None:
        self.head, self.shelf, self.sides = head, shelf, sides

    def conflict(self, one: Conflict) -> SaidConflict:
        """Return a conflict in words."""
        return SaidConflict(
            one.key,
            _title(one),
            self._side(one, one.base, self.sides.base),
            self._side(one, one.theirs, self.sides.theirs),
            self._side(one, one.mine, self.sides.mine),
        )

    def _side(self, one: Conflict, value: object, content: Content) -> Side:
        """One side's value, and its rule as that side has it."""
        if not one.rule:
            return Side(_lines(value) if one.field == COMMENTS else _order(value))
        if one.field:
            rule = None if one.field in _UNSAID else content.rule(one.rule)
            whole = self._sentence(rule) if rule else ""
            return Side(self._value(one.field, value), whole)
        if isinstance(value, RuleContent):
            return Side("" if value.name == one.rule else value.name, self._sentence(value))
        if isinstance(value, TestContent):
            expected = value.expected or "no rule"
            return Side(f"{connection_said(value.connection)}; expects {expected}")
        return Side("not there" if one.base is None else "deleted")

    def _sentence(self, rule: RuleContent) -> str:
        """A rule as a sentence; empty when its parts do not fit together."""
        try:
            rule_set = resolve(self.head, Content((rule,)), self.shelf)
        except ContentError:
            return ""
        return sentence(rule_set.rules()[0], rule_set.protocol, rule.kind)

    def _value(self, field: str, value: object) -> str:
        if value in (None, "", {}):
            return _NONE
        if isinstance(value, list):
            parts = zip(TOGETHER[field], value, strict=True)
            return "; ".join(self._value(part, one) for part, one in parts if one) or _NONE
        if isinstance(value, date):
            return value.isoformat()
        if field == COMMENTS:
            return _lines(value)
        try:
            return self._object(field, value)
        except PolicyError as error:
            return str(error)

    def _object(self, field: str, value: object) -> str:
        if field == "inline_traffic":
            return subject(read_traffic(value), Kind.SPECIFIC)
        if field == "inline_security":
            return using(read_requirement(value, self.head.protocol), self.head.protocol)
        if field == "inline_action":
            return str(read_action(value))
        name, groups = str(value), {n: str(a) for n, a in self.shelf.addresses.items()}
        known = {
            "traffic": {n: subject(t, Kind.SPECIFIC) for n, t in self.shelf.traffic.items()},
            "security": {n: using(r, r.protocol) for n, r in self.shelf.security.items()},
            "action": {n: str(a) for n, a in self.shelf.actions.items()},
            "local": groups,
            "remote": groups,
        }
        said = known.get(field, {}).get(name, "")
        return f"{name}: {said}" if said else name


def _title(one: Conflict) -> str:
    if not one.rule:
        order = "Order of the specific rules"
        return "Comments above the rules" if one.field == COMMENTS else order
    if one.rule.startswith("test: "):
        return f"The test {one.rule.removeprefix('test: ')}"
    what = f": {LABELS.get(one.field, one.field)}" if one.field else ""
    return f"The rule {one.rule}{what}"


def _order(value: object) -> str:
    return ", then ".join(_texts(value)) or _NONE


def _lines(value: object) -> str:
    return " / ".join(_texts(value)) or _NONE


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, Iterable) else []


def connection_said(tree: Tree) -> str:
    """Return a sample connection as a phrase, without a full stop."""
    try:
        found = connection_from_tree(tree)
    except DocumentError as error:
        return f"no connection: {error}"
    return ", ".join(_parts(found))


def _parts(one: Connection) -> Iterator[str]:
    way = f"{one.direction.value.lower()}, " if one.direction else ""
    yield (f"{way}{one.local_ip} port {one.local_port} with {one.remote_ip} port {one.remote_port}")
    if one.job:
        yield f"job {one.job}"
    if one.user:
        yield f"user {one.user}"
    if one.ip_protocol != TCP:
        yield f"IP protocol {one.ip_protocol}"
    if one.is_failed_handshake:
        yield "failed handshake"
    if not one.protections:
        yield "no recognized protection"
    for protection in one.protections:
        yield _protected(protection)


def _protected(one: Protection) -> str:
    kinds = KINDS[one.protocol]
    words = [
        f"{attribute.value.replace('_', ' ')} {name_of(kinds[attribute], code)}"
        for attribute, code in one.codes.items()
    ]
    if one.key_bits is not None:
        words.append(f"key of {one.key_bits} bits")
    if one.is_manual:
        words.append("manual tunnel")
    if one.source is Source.PROVIDER:
        words.append("known from the provider only")
    if one.source is Source.UNKNOWN:
        words.append("no source is named")
    said = "; ".join(words)
    return f"{one.protocol} ({said})" if said else str(one.protocol)
