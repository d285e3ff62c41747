"""Content and the objects it names -> the rule set that policy knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from designer.content.errors import ContentError
from designer.content.rules import MOST_COMMENTS, MOST_RULES, MOST_TESTS, Content, RuleContent
from policy.documents.parts import read_action, read_requirement, read_traffic
from policy.errors import DocumentError, PolicyError
from policy.model import Kind, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import ALLOW, Action
from policy.values.addresses import AddressSet
from policy.values.names import check_comments
from policy.vocabulary import Protocol

Value = TypeVar("Value")
_ANY = Traffic()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The reusable objects by name, each carrying its name as policy.documents would."""

    addresses: Mapping[str, AddressSet] = field(default_factory=dict)
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    security: Mapping[str, Requirement] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the rules."""

    name: str
    protocol: Protocol
    description: str = ""


def resolve(head: Head, content: Content, shelf: Shelf) -> RuleSet:
    """Return the rule set; raises `ContentError` with all faults."""
    require_bounded(content)
    resolver = _Resolver(head.protocol, shelf)
    resolver.above(content)
    made = [(one, resolver.rule(one)) for one in content.rules]
    faults = [*resolver.faults, *twice(content)]
    if faults:
        raise ContentError(*faults)
    of = {kind: tuple(rule for one, rule in made if rule and one.kind is kind) for kind in Kind}
    try:
        return RuleSet(
            head.name,
            head.protocol,
            next(iter(of[Kind.GENERAL]), None),
            of[Kind.SPECIFIC],
            next(iter(of[Kind.CATCH_ALL]), None),
            head.description,
            content.comments,
        )
    except PolicyError as error:
        raise ContentError(("", "", str(error))) from error


def require_bounded(content: Content) -> None:
    """Raise `ContentError` when there is more than anybody reads, before all of it is looked at."""
    for what, most, parts in (
        ("rules", MOST_RULES, content.rules),
        ("tests", MOST_TESTS, content.tests),
        ("comments", MOST_COMMENTS, content.all_comments),
    ):
        if len(parts) > most:
            raise ContentError(
                ("", what, f"there are {len(parts)} {what}, at most {most} are taken")
            )


def twice(content: Content) -> list[tuple[str, str, str]]:
    """Return the faults of rules that are there twice."""
    found = [
        (content.of_kind(kind)[1].name, "kind", f"there is a {kind.value} rule already")
        for kind in (Kind.GENERAL, Kind.CATCH_ALL)
        if len(content.of_kind(kind)) > 1
    ]
    names = Counter(one.name for one in content.rules)
    repeated = sorted(name for name, number in names.items() if number > 1)
    return found + [(one, "name", f"two rules are named `{one}`") for one in repeated]


class _Resolver:
    """Makes the rules and keeps every fault with its place."""

    def __init__(self, protocol: Protocol, shelf: Shelf) -> None:
        self.protocol = protocol
        self.shelf = shelf
        self.faults: list[tuple[str, str, str]] = []

    def above(self, content: Content) -> None:
        try:
            check_comments(content.comments)
        except PolicyError as error:
            self.faults.append(("", "comments", str(error)))

    def rule(self, one: RuleContent) -> Rule | None:
        before = len(self.faults)
        traffic = self._traffic(one)
        wanted = self._requirement(one)
        action = self._action(one)
        if one.kind is not Kind.SPECIFIC and not traffic.is_any:
            self._fault(one, "traffic", f"a {one.kind.value} rule has no traffic conditions")
        if one.kind is not Kind.SPECIFIC and one.expires:
            self._fault(one, "expires", "only a specific rule is an exception that ends")
        if one.kind is Kind.CATCH_ALL and wanted:
            self._fault(one, "security", "a catch-all rule asks for no protection")
        self._made(one, "comments", lambda: check_comments(one.comments))
        if len(self.faults) > before:
            return None
        return self._made(
            one,
            "",
            lambda: Rule(
                one.name,
                action,
                traffic,
                wanted,
                one.description,
                one.owner,
                one.expires,
                one.comments,
            ),
        )

    def _traffic(self, one: RuleContent) -> Traffic:
        found = self._inline(one, "inline_traffic", one.inline_traffic, read_traffic) or _ANY
        if one.traffic:
            given = self._named(one, "traffic", one.traffic, self.shelf.traffic) or _ANY
            found = self._joined(one, found, given, "traffic")
        for end in ("local", "remote"):
            name = str(getattr(one, end))
            if name:
                group = self._named(one, end, name, self.shelf.addresses)
                given = Traffic(**{end: group})  # type: ignore[arg-type]  # both ends are groups
                found = self._joined(one, found, given, end)
        return found

    def _joined(self, one: RuleContent, found: Traffic, given: Traffic, part: str) -> Traffic:
        for each in fields(Traffic):
            value = getattr(given, each.name)
            if value == getattr(_ANY, each.name):
                continue
            if getattr(found, each.name) != getattr(_ANY, each.name):
                what = each.name.replace("_", " ")
                self._fault(one, part, f"the {what} stands in the rule itself as well")
            found = replace(found, **{each.name: value})
        return found

    def _requirement(self, one: RuleContent) -> Requirement | None:
        if one.security and one.inline_security is not None:
            self._fault(one, "security", "the protection stands in the rule itself as well")
            return None
        if one.inline_security is not None:
            return self._inline(
                one,
                "inline_security",
                one.inline_security,
                lambda tree: read_requirement(tree, self.protocol),
            )
        if not one.security:
            return None
        found = self._named(one, "security", one.security, self.shelf.security)
        if found and found.protocol is not self.protocol:
            message = f"`{one.security}` is for {found.protocol}, the rule set for {self.protocol}"
            self._fault(one, "security", message)
        return found

    def _action(self, one: RuleContent) -> Action:
        if one.action and one.inline_action is not None:
            self._fault(one, "action", "the action stands in the rule itself as well")
        if one.inline_action is not None:
            return self._inline(one, "inline_action", one.inline_action, read_action) or ALLOW
        found = self._named(one, "action", one.action, self.shelf.actions) if one.action else None
        return found or ALLOW

    def _named(
        self, one: RuleContent, part: str, name: str, known: Mapping[str, Value]
    ) -> Value | None:
        if name not in known:
            self._fault(one, part, f"there is no `{name}`")
        return known.get(name)

    def _inline(
        self, one: RuleContent, part: str, tree: object, read: Callable[[object], Value]
    ) -> Value | None:
        return self._made(one, part, lambda: read(tree))

    def _made(self, one: RuleContent, part: str, make: Callable[[], Value]) -> Value | None:
        try:
            return make()
        except DocumentError as error:
            self.faults += [(one.name, f"{part}{path}", said) for path, said in error.faults]
        except PolicyError as error:
            self._fault(one, part, str(error))
        return None

    def _fault(self, one: RuleContent, part: str, message: str) -> None:
        self.faults.append((one.name, part, message))
