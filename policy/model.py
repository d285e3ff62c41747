"""Rules, rule sets and the policy of a stack (IBM Z Hot Topics; NCA's rule sets)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from policy import vocabulary
from policy.attributes import Direction
from policy.errors import ModelError, ValueInvalidError
from policy.values.actions import ALLOW, Action
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern, check_comments, check_label, check_name, check_text
from policy.values.ports import PortSet
from policy.vocabulary import KINDS, Attribute, Protocol

MOST_KEY_BITS = 4_294_967_295


class Kind(StrEnum):
    """The places of a rule set, in the order of evaluation."""

    GENERAL = "general"
    SPECIFIC = "specific"
    CATCH_ALL = "catch-all"


@dataclass(frozen=True, slots=True)
class Traffic:
    """Conditions on the connection; all hold at once, None and `Both` ask for nothing.

    So does `*` as a job name or user ID, which is the same as None.
    """

    local: AddressSet | None = None
    remote: AddressSet | None = None
    local_ports: PortSet | None = None
    remote_ports: PortSet | None = None
    job: NamePattern | None = None
    user: NamePattern | None = None
    direction: Direction = Direction.BOTH

    def __post_init__(self) -> None:
        for field in ("job", "user"):
            pattern: NamePattern | None = getattr(self, field)
            if pattern and pattern.is_any:
                object.__setattr__(self, field, None)

    @property
    def is_any(self) -> bool:
        """Whether no condition is given."""
        return self == Traffic()


@dataclass(frozen=True, slots=True)
class Requirement:
    """Conditions on the protection; all hold at once, each with any of its words.

    `wanted` are (attribute, words) in the order of the vocabulary whatever order is given;
    `min_key_bits` is the smallest key length in bits. Raises `ValueInvalidError`.
    """

    protocol: Protocol
    wanted: tuple[tuple[Attribute, tuple[str, ...]], ...] = ()
    min_key_bits: int | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.protocol is Protocol.NONE:
            raise ModelError("no recognized protection has nothing that a rule could ask for")
        check_label(self.name)
        if self.min_key_bits is not None and not 1 <= self.min_key_bits <= MOST_KEY_BITS:
            raise ValueInvalidError(str(self.min_key_bits), "is no key length in bits")
        given = dict(self.wanted)
        if len(given) != len(self.wanted):
            raise ModelError("an attribute is asked for twice")
        foreign = [one for one in given if one not in KINDS[self.protocol]]
        if foreign:
            raise ValueInvalidError(foreign[0], f"is no attribute of {self.protocol}")
        ordered = tuple(
            (attribute, _words(kind, given[attribute]))
            for attribute, kind in KINDS[self.protocol].items()
            if attribute in given
        )
        object.__setattr__(self, "wanted", ordered)

    @classmethod
    def of(
        cls, protocol: Protocol, name: str = "", min_key_bits: int | None = None, **wanted: str
    ) -> Self:
        """Return a requirement: `of(Protocol.TLS, version="TLSv1.2 TLSv1.3")`."""
        pairs = tuple((Attribute(key), tuple(text.split())) for key, text in wanted.items())
        return cls(protocol, pairs, min_key_bits, name)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for, so that every protection of the protocol fits."""
        return not self.wanted and self.min_key_bits is None

    def words(self, attribute: Attribute) -> tuple[str, ...]:
        """Return the words asked for, none when the attribute does not matter."""
        return dict(self.wanted).get(attribute, ())

    def codes(self) -> Iterator[tuple[Attribute, frozenset[int]]]:
        """Yield each attribute asked for with the codes that answer."""
        for attribute, names in self.wanted:
            kind = KINDS[self.protocol][attribute]
            found = (vocabulary.word(kind, name).codes for name in names)
            yield attribute, frozenset().union(*found)


def _words(kind: str, given: tuple[str, ...]) -> tuple[str, ...]:
    if not given:
        raise ModelError(f"a {vocabulary.spoken(kind)} is asked for without naming one")
    names = [vocabulary.word(kind, text).name for text in given]
    if len(set(names)) != len(names):
        raise ModelError(f"a {vocabulary.spoken(kind)} is named twice")
    order = vocabulary.load().order
    return tuple(sorted(names, key=lambda name: order[kind, name]))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `expires` is the last day an exception holds; `comments` are lines of a file."""

    name: str
    action: Action = ALLOW
    traffic: Traffic = Traffic()
    requirement: Requirement | None = None
    description: str = ""
    owner: str = ""
    expires: date | None = None
    comments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_name(self.name)
        check_text(self.description)
        check_text(self.owner)
        check_comments(self.comments)

    @property
    def is_any(self) -> bool:
        """Whether it fits every connection of its rule set."""
        return self.traffic.is_any and (self.requirement is None or self.requirement.is_empty)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one protocol: general first, specific ones in order, catch-all last.

    `comments` are lines of a file that belong to no single rule.
    The general rule has no traffic conditions, the catch-all none at all, names are unique.
    Raises `ModelError`.
    """

    name: str
    protocol: Protocol
    general: Rule | None = None
    specific: tuple[Rule, ...] = ()
    catch_all: Rule | None = None
    description: str = ""
    comments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_name(self.name)
        check_text(self.description)
        check_comments(self.comments)
        if self.general and not self.general.traffic.is_any:
            raise ModelError(f"the general rule `{self.general.name}` has traffic conditions")
        if self.catch_all and (not self.catch_all.traffic.is_any or self.catch_all.requirement):
            raise ModelError(f"the catch-all rule `{self.catch_all.name}` has conditions")
        seen: set[str] = set()
        for rule in self.rules():
            if rule.name in seen:
                raise ModelError(f"two rules of `{self.name}` are named `{rule.name}`")
            seen.add(rule.name)
            if rule.requirement and rule.requirement.protocol is not self.protocol:
                raise ModelError(
                    f"the rule `{rule.name}` asks for {rule.requirement.protocol} in a rule set "
                    f"for {self.protocol}"
                )

    def rules(self) -> tuple[Rule, ...]:
        """Return all rules in the order of evaluation."""
        first = (self.general,) if self.general else ()
        return (*first, *self.specific, *((self.catch_all,) if self.catch_all else ()))

    def kind(self, place: int) -> Kind:
        """Return what the rule at `place` of `rules()` is."""
        if self.general and place == 0:
            return Kind.GENERAL
        is_last = place == len(self.rules()) - 1
        return Kind.CATCH_ALL if self.catch_all and is_last else Kind.SPECIFIC


@dataclass(frozen=True, slots=True)
class Policy:
    """What a stack enforces: at most one rule set for each protocol, kept in their order."""

    rule_sets: tuple[RuleSet, ...] = ()

    def __post_init__(self) -> None:
        order = list(Protocol)
        given = sorted(self.rule_sets, key=lambda one: order.index(one.protocol))
        if len({one.protocol for one in given}) != len(given):
            raise ModelError("a stack takes one rule set for each protocol")
        object.__setattr__(self, "rule_sets", tuple(given))

    def rule_set(self, protocol: Protocol) -> RuleSet | None:
        """Return the rule set of a protocol, None when there is none."""
        return next((one for one in self.rule_sets if one.protocol is protocol), None)
