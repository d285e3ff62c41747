"""Two people's changes to one draft, brought together over what both began with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final

from designer.content.rules import Content, RuleContent, TestContent
from policy.model import Kind

MINE, THEIRS = "mine", "theirs"
ORDER, COMMENTS = "order", "comments"
TOGETHER: Final = {
    "traffic": ("traffic", "local", "remote", "inline_traffic"),
    "security": ("security", "inline_security"),
    "action": ("action", "inline_action"),
}
"""What stands in a rule by name or inline: two people who changed both decide on all of it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both changed the same thing otherwise; `key` is what `choices` decide it by.

    `rule` is empty for the order of the rules and for the lines above them; `field` is empty where
    one deleted what the other changed. A test stands as `test: its name`.
    """

    rule: str
    field: str
    base: object
    theirs: object
    mine: object

    @property
    def key(self) -> str:
        """Which conflict it is: stable, so that a form can name it."""
        return f"{self.rule}/{self.field}" if self.rule else self.field


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody chose (`mine` or `theirs`) by conflict, and the revision of theirs they saw."""

    seen: int
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """What both together say; conflicts that nobody decided stand as `theirs`."""

    content: Content
    conflicts: tuple[Conflict, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was left to decide."""
        return not self.conflicts


def merge(
    base: Content, theirs: Content, mine: Content, choices: Mapping[str, str] | None = None
) -> Merged:
    """Return both changes of `base` in one; `choices` say `mine` or `theirs` by conflict."""
    merger = _Merger(choices or {})
    rules = merger.rules(base, theirs, mine)
    tests = merger.tests(base, theirs, mine)
    comments = merger.comments(base, theirs, mine)
    return Merged(Content(rules, tests, comments), tuple(merger.conflicts))


class _Merger:
    """Decides, and keeps what was left open."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        self.choices = choices
        self.conflicts: list[Conflict] = []

    def rules(self, base: Content, theirs: Content, mine: Content) -> tuple[RuleContent, ...]:
        alone = self._alone(base, theirs, mine)
        was, their, my = (
            {r.name: r for r in one.rules if r.kind not in alone} for one in (base, theirs, mine)
        )
        found = {
            name: rule
            for name in dict.fromkeys((*their, *my))
            if (rule := self._rule(name, was.get(name), their.get(name), my.get(name)))
        }
        order = self._order([*was], [*their], [*my], [*found])
        return (*(found[name] for name in order), *(one for one in alone.values() if one))

    def _alone(
        self, base: Content, theirs: Content, mine: Content
    ) -> dict[Kind, RuleContent | None]:
        """The rules of which there is one of a kind, where they are not one by their names."""
        found = {}
        for kind in (Kind.GENERAL, Kind.CATCH_ALL):
            rules = [one.of_kind(kind) for one in (base, theirs, mine)]
            names = {rule.name for of_kind in rules for rule in of_kind}
            if len(names) > 1 and all(len(of_kind) < 2 for of_kind in rules):
                was, their, my = (next(iter(of_kind), None) for of_kind in rules)
                name = next(one.name for one in (their, my, was) if one)
                found[kind] = self._rule(name, was, their, my)
        return found

    def tests(self, base: Content, theirs: Content, mine: Content) -> tuple[TestContent, ...]:
        was, their, my = ({t.name: t for t in one.tests} for one in (base, theirs, mine))
        found = []
        for name in dict.fromkeys((*their, *my)):
            sides = (was.get(name), their.get(name), my.get(name))
            one = self._side(f"test: {name}", "", *sides)
            if isinstance(one, TestContent):
                found.append(one)
        return tuple(found)

    def comments(self, base: Content, theirs: Content, mine: Content) -> tuple[str, ...]:
        sides = (one.comments for one in (base, theirs, mine))
        found = self._side("", COMMENTS, *sides)
        return found if isinstance(found, tuple) else ()

    def _rule(
        self,
        name: str,
        was: RuleContent | None,
        their: RuleContent | None,
        my: RuleContent | None,
    ) -> RuleContent | None:
        if was is None or their is None or my is None:
            one = self._side(name, "", was, their, my)
            return one if isinstance(one, RuleContent) else None
        changed: dict[str, object] = {}
        for first in TOGETHER:
            changed |= self._together(name, first, (was, their, my))
        for part in fields(RuleContent):
            if part.name not in changed:
                sides = (getattr(one, part.name) for one in (was, their, my))
                changed[part.name] = self._side(name, part.name, *sides)
        return replace(their, **changed)  # type: ignore[arg-type]  # each from its own field

    def _together(
        self, name: str, first: str, rules: tuple[RuleContent, RuleContent, RuleContent]
    ) -> dict[str, object]:
        """What stands by name or inline, where both changed it and differ in both; else nothing."""
        parts = TOGETHER[first]
        was, their, my = ([getattr(one, part) for part in parts] for one in rules)
        is_split = their[-1] != my[-1] and their[:-1] != my[:-1]
        if not is_split or was in (their, my):
            return {}
        chosen = self._side(name, first, was, their, my)
        return dict(zip(parts, chosen, strict=True)) if isinstance(chosen, list) else {}

    def _side(self, rule: str, part: str, was: object, their: object, my: object) -> object:
        if their == my or my == was:
            return their
        if their == was:
            return my
        conflict = Conflict(rule, part, was, their, my)
        if conflict.key in self.choices:
            return my if self.choices[conflict.key] == MINE else their
        self.conflicts.append(conflict)
        return their

    def _order(
        self, was: list[str], their: list[str], my: list[str], found: list[str]
    ) -> list[str]:
        shared = [name for name in was if name in their and name in my]
        sides = [[name for name in one if name in shared] for one in (was, their, my)]
        chosen = self._side("", ORDER, *sides)
        leading, other = (their, my) if chosen == sides[1] else (my, their)
        order = [name for name in leading if name in found]
        for name in other:
            if name in found and name not in order:
                before = other[: other.index(name)]
                behind = [order.index(one) + 1 for one in before if one in order]
                order.insert(max(behind, default=0), name)
        return order
