"""Boxes that a proposal is made of: joined where their union is a box again, and as rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from policy import vocabulary
from policy.attributes import Direction
from policy.model import Requirement, Rule, Traffic
from policy.values.actions import Action
from policy.values.names import NAME_LIMIT, NamePattern
from policy.values.ports import PortRange, PortSet, merged
from policy.vocabulary import KINDS, Attribute, Protocol

ALLOW: Final = Action("Allow")
CATCH_ALL: Final = "Not seen as acceptable"
Codes = tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """What a rule asks for; ports are the server's, `bits` None where any key length will do."""

    direction: Direction
    job: str
    ports: frozenset[int]
    codes: Codes
    bits: int | None = None


@cache
def word_of(kind: str, code: int) -> str:
    """Return the word that means a code and nothing else; empty without one."""
    words = vocabulary.load().of_kind(kind)
    return next((one.name for one in words if one.codes == frozenset({code})), "")


def joined(boxes: Sequence[Box]) -> list[Box]:
    """Return fewer boxes with the same union: joined by attributes, then by ports.

    Whatever the settings, a rule of the joined box takes what the rules of the two took.
    """
    found = sorted(boxes, key=_order)
    count = 0
    while len(found) != count:
        count = len(found)
        for place in range(len(found[0].codes) if found else 0):
            found = _joined_by(found, place)
        found = _joined_by(found, None)
    return sorted(found, key=_order)


def _joined_by(boxes: Sequence[Box], place: int | None) -> list[Box]:
    """Join boxes that are equal but for one attribute's codes, or for their ports."""
    groups: dict[tuple[object, ...], list[Box]] = defaultdict(list)
    for box in boxes:
        groups[_without(box, place)].append(box)
    found = []
    for members in groups.values():
        if len(members) == 1:
            found += members
        elif place is None:
            ports = frozenset().union(*(one.ports for one in members))
            found.append(replace(members[0], ports=ports))
        else:
            codes = list(members[0].codes)
            codes[place] = frozenset().union(*(one.codes[place] for one in members))
            found.append(replace(members[0], codes=tuple(codes)))
    return found


def _without(box: Box, place: int | None) -> tuple[object, ...]:
    """All that a box is but the codes of one attribute, or but its ports."""
    codes = box.codes if place is None else (*box.codes[:place], None, *box.codes[place + 1 :])
    return box.direction, box.job, None if place is None else box.ports, codes, box.bits


def _order(box: Box) -> tuple[str, str, list[int], list[list[int]], int]:
    codes = [sorted(one) for one in box.codes]
    return box.direction.value, box.job, sorted(box.ports), codes, box.bits or 0


def rules_of(boxes: Sequence[Box], protocol: Protocol) -> tuple[Rule, ...]:
    """Return a rule that allows each box, with names that say the service."""
    taken: set[str] = {CATCH_ALL}
    found = []
    for box in boxes:
        ports = PortSet(merged(PortRange(port, port) for port in box.ports))
        is_inbound = box.direction is Direction.INBOUND
        name = _name(box, ports, taken)
        traffic = Traffic(
            local_ports=ports if is_inbound else None,
            remote_ports=None if is_inbound else ports,
            job=NamePattern(box.job) if box.job else None,
            direction=box.direction,
        )
        found.append(Rule(name, ALLOW, traffic, _requirement(box, protocol)))
    return tuple(found)


def _requirement(box: Box, protocol: Protocol) -> Requirement | None:
    if protocol is Protocol.NONE:
        return None
    wanted: list[tuple[Attribute, tuple[str, ...]]] = [
        (attribute, tuple(word_of(kind, code) for code in sorted(codes)))
        for (attribute, kind), codes in zip(KINDS[protocol].items(), box.codes, strict=True)
    ]
    return Requirement(protocol, tuple(wanted), box.bits)


def _name(box: Box, ports: PortSet, taken: set[str]) -> str:
    """A name that says the service, short enough for a file, each used once."""
    to = "" if box.direction is Direction.INBOUND else "to "
    first, rest = str(ports.members[0]), len(ports.members) - 1
    stem = f"{box.job} {to}{first}{f' +{rest}' if rest else ''}".strip()[:NAME_LIMIT]
    name, number = stem, 1
    while name in taken:
        number += 1
        suffix = f" ({number})"
        name = stem[: NAME_LIMIT - len(suffix)] + suffix
    taken.add(name)
    return name
