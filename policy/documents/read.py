"""Document -> policy, with every fault at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import yaml

from policy.attributes import Direction
from policy.documents.schema import faults
from policy.errors import DocumentError, PolicyError
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import ALLOW, Action
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Attribute, Protocol

Value = TypeVar("Value")
Group = TypeVar("Group", AddressSet, PortSet)
MOST_BYTES = 16 << 20
_DATE = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """Leaves days as they are written: documents hold texts, JSON has no dates."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if tag != _DATE]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def from_json(text: str) -> Policy:
    """Return the policy in a JSON document; raises `DocumentError` with all faults."""
    return from_tree(json_tree(text))


def json_tree(text: str) -> object:
    """Return what a JSON document holds; raises `DocumentError` where its syntax breaks."""
    _check_size(text)
    try:
        tree: object = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error}"
        raise DocumentError((("/", message),), error.lineno, error.colno) from error
    except (ValueError, RecursionError) as error:
        raise DocumentError((("/", f"this is not JSON: {error}"),)) from error
    return tree


def from_yaml(text: str) -> Policy:
    """Return the policy in a YAML document; raises `DocumentError` with all faults.

    Aliases are refused: a few lines of them can stand for more than any memory holds.
    """
    return from_tree(yaml_tree(text))


def yaml_tree(text: str) -> object:
    """Return what a YAML document holds; raises `DocumentError` where its syntax breaks."""
    _check_size(text)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise DocumentError((("/", "aliases (`*name`) are not taken"),))
        tree: object = yaml.load(text, _Loader)  # noqa: S506 -- a safe one, see there
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = f"this is not YAML: {error.problem or error.context}"
        raise DocumentError((("/", message),), *place) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError((("/", f"this is not YAML: {error}"),)) from error
    return tree


def from_tree(tree: object) -> Policy:
    """Return the policy in a document; raises `DocumentError` with all faults."""
    found = tuple(faults(tree))
    if found or not isinstance(tree, dict):
        raise DocumentError(found)
    reader = Reader()
    sets = [
        reader.rule_set(Part(one, f"/rule_sets/{n}")) for n, one in enumerate(tree["rule_sets"])
    ]
    policy = reader.make("/rule_sets", lambda: Policy(tuple(one for one in sets if one)))
    if reader.faults or policy is None:
        raise DocumentError(tuple(reader.faults))
    return policy


def _check_size(text: str) -> None:
    if len(text) > MOST_BYTES:
        raise DocumentError((("/", f"the document is longer than {MOST_BYTES} characters"),))


class Part:
    """An object of a document that its schema has let pass, with its path."""

    def __init__(self, tree: dict[str, object], path: str) -> None:
        self.tree = tree
        self.path = path

    def text(self, key: str) -> str:
        return str(self.tree.get(key, ""))

    def number(self, key: str) -> int | None:
        found = self.tree.get(key)
        return int(found) if isinstance(found, int | float) else None

    def flag(self, key: str) -> bool:
        return self.tree.get(key) is True

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.tree.get(key)
        return tuple(map(str, found)) if isinstance(found, list) else ()

    def part(self, key: str) -> Part | None:
        found = self.tree.get(key)
        return Part(found, f"{self.path}/{key}") if isinstance(found, dict) else None

    def parts(self, key: str) -> list[Part]:
        found = self.tree.get(key)
        members = found if isinstance(found, list) else []
        return [Part(one, f"{self.path}/{key}/{place}") for place, one in enumerate(members)]


class Reader:
    """Makes the values and keeps every fault with its path."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def make(self, path: str, what: Callable[[], Value]) -> Value | None:
        try:
            return what()
        except (PolicyError, ValueError) as error:
            self.faults.append((path, str(error)))
            return None

    def rule_set(self, part: Part) -> RuleSet | None:
        protocol = Protocol(part.text("protocol"))
        general, catch_all = part.part("general"), part.part("catch_all")
        first = self.rule(general, protocol) if general else None
        last = self.rule(catch_all, protocol) if catch_all else None
        specific = [self.rule(one, protocol) for one in part.parts("specific")]
        return self.make(
            part.path,
            lambda: RuleSet(
                part.text("name"),
                protocol,
                first,
                tuple(one for one in specific if one),
                last,
                part.text("description"),
                part.texts("comments"),
            ),
        )

    def rule(self, part: Part, protocol: Protocol) -> Rule | None:
        action, traffic = part.part("action"), part.part("traffic")
        requirement = part.part("requirement")
        does = self.action(action) if action else ALLOW
        fits = self.traffic(traffic) if traffic else Traffic()
        wants = self.requirement(requirement, protocol) if requirement else None
        expires = part.text("expires")
        last_day = None
        if expires:
            last_day = self.make(f"{part.path}/expires", lambda: date.fromisoformat(expires))
        return self.make(
            part.path,
            lambda: Rule(
                part.text("name"),
                does or ALLOW,
                fits or Traffic(),
                wants,
                part.text("description"),
                part.text("owner"),
                last_day,
                part.texts("comments"),
            ),
        )

    def action(self, part: Part) -> Action | None:
        return self.make(
            part.path,
            lambda: Action(
                part.text("name"),
                part.number("syslog_level"),
                console=part.flag("console"),
                audit=part.flag("audit"),
                reset=part.flag("reset"),
            ),
        )

    def traffic(self, part: Part) -> Traffic:
        return Traffic(
            self.group(AddressSet, part.part("local")),
            self.group(AddressSet, part.part("remote")),
            self.group(PortSet, part.part("local_ports")),
            self.group(PortSet, part.part("remote_ports")),
            self._pattern(part, "job"),
            self._pattern(part, "user"),
            Direction(part.text("direction") or Direction.BOTH),
        )

    def group(self, kind: type[Group], part: Part | None) -> Group | None:
        if part is None:
            return None
        members, name = part.texts("members"), part.text("name")
        return self.make(part.path, lambda: kind.parse(*members, name=name))

    def _pattern(self, part: Part, key: str) -> NamePattern | None:
        if key not in part.tree:
            return None
        return self.make(f"{part.path}/{key}", lambda: NamePattern(part.text(key)))

    def requirement(self, part: Part, protocol: Protocol) -> Requirement | None:
        wanted = tuple((one, part.texts(one.value)) for one in Attribute if one.value in part.tree)
        bits, name = part.number("min_key_bits"), part.text("name")
        return self.make(part.path, lambda: Requirement(protocol, wanted, bits, name))
