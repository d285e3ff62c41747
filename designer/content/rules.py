"""A draft's rules and tests as values; reusable objects stand in them by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Final, Self

from policy.model import Kind

Tree = dict[str, object]
MOST_RULES: Final = 500
MOST_TESTS: Final = 500
TEST_NAME_LIMIT: Final = 100
MOST_COMMENTS: Final = 5_000
"""More than anybody reads; each save and each page looks at all of them."""
_ORDER = {Kind.GENERAL: 0, Kind.SPECIFIC: 1, Kind.CATCH_ALL: 2}


@dataclass(frozen=True, slots=True)
class RuleContent:
    """One rule. `local` to `action` are names of objects, empty for none.

    `inline_...` are parts of policy.documents that stand in the rule itself; None or an empty
    `inline_traffic` asks for nothing. A condition or action comes from one of the two. `comments`
    are lines of a policy file.
    """

    name: str
    kind: Kind = Kind.SPECIFIC
    description: str = ""
    owner: str = ""
    expires: date | None = None
    local: str = ""
    remote: str = ""
    traffic: str = ""
    security: str = ""
    action: str = ""
    inline_traffic: Tree = field(default_factory=dict)
    inline_security: Tree | None = None
    inline_action: Tree | None = None
    comments: tuple[str, ...] = ()

    def tree(self) -> Tree:
        """Return it in plain values; what is not given is left out."""
        found: Tree = {one.name: getattr(self, one.name) for one in fields(self)}
        found["kind"] = self.kind.value
        found["expires"] = self.expires.isoformat() if self.expires else None
        found["comments"] = list(self.comments)
        return {key: value for key, value in found.items() if value not in (None, "", {}, [])} | {
            key: value
            for key in ("inline_security", "inline_action")
            if (value := found[key]) is not None
        }

    @classmethod
    def of(cls, tree: Mapping[str, object]) -> Self:
        """Return the rule in plain values that `tree` made."""
        given = dict(tree)
        given["kind"] = Kind(str(given.get("kind", Kind.SPECIFIC)))
        if given.get("expires"):
            given["expires"] = date.fromisoformat(str(given["expires"]))
        given["comments"] = tuple(given.get("comments", ()))  # type: ignore[arg-type]  # as below
        return cls(**given)  # type: ignore[arg-type]  # the schema or `tree` has seen to the types


@dataclass(frozen=True, slots=True)
class TestContent:
    """A sample connection (policy.documents.connections) and the rule that must match it."""

    __test__ = False  # for pytest: no class of tests

    name: str
    connection: Tree
    expected: str = ""

    def tree(self) -> Tree:
        """Return it in plain values."""
        return {"name": self.name, "connection": self.connection, "expected": self.expected}

    @classmethod
    def of(cls, tree: Mapping[str, object]) -> Self:
        """Return the test in plain values that `tree` made."""
        return cls(**dict(tree))  # type: ignore[arg-type]  # as above


@dataclass(frozen=True, slots=True)
class Content:
    """All rules in the order of evaluation, the tests, and the lines above the rules in a file."""

    rules: tuple[RuleContent, ...] = ()
    tests: tuple[TestContent, ...] = ()
    comments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.rules, key=lambda one: _ORDER[one.kind]))
        object.__setattr__(self, "rules", ordered)

    def rule(self, name: str) -> RuleContent | None:
        """Return the rule of that name."""
        return next((one for one in self.rules if one.name == name), None)

    @property
    def all_comments(self) -> list[str]:
        """The lines above the rules, and those of each rule."""
        return [*self.comments, *(line for one in self.rules for line in one.comments)]

    def of_kind(self, kind: Kind) -> tuple[RuleContent, ...]:
        """Return the rules of a kind, in their order."""
        return tuple(one for one in self.rules if one.kind is kind)

    def put(self, rule: RuleContent, was: str = "") -> Content:
        """Return it with the rule in the place of the one named `was`, else behind the others."""
        old = was or rule.name
        if self.rule(old) is None:
            return replace(self, rules=(*self.rules, rule))
        changed = (rule if one.name == old else one for one in self.rules)
        return replace(self, rules=tuple(changed))

    def without(self, name: str) -> Content:
        """Return it without the rule of that name."""
        return replace(self, rules=tuple(one for one in self.rules if one.name != name))

    def moved(self, name: str, place: int) -> Content:
        """Return it with a specific rule at `place` (1 = first) among the specific ones."""
        others = [one for one in self.of_kind(Kind.SPECIFIC) if one.name != name]
        moving = [one for one in self.of_kind(Kind.SPECIFIC) if one.name == name]
        index = max(0, place - 1)
        specific = (*others[:index], *moving, *others[index:])
        rest = (one for one in self.rules if one.kind is not Kind.SPECIFIC)
        return replace(self, rules=(*specific, *rest))

    def put_test(self, test: TestContent, was: str = "") -> Content:
        """Return it with the test in the place of the one named `was`, else behind the others."""
        old = was or test.name
        if old not in {one.name for one in self.tests}:
            return replace(self, tests=(*self.tests, test))
        return replace(self, tests=tuple(test if one.name == old else one for one in self.tests))

    def without_test(self, name: str) -> Content:
        """Return it without the test of that name."""
        return replace(self, tests=tuple(one for one in self.tests if one.name != name))

    def tree(self) -> Tree:
        """Return it in plain values."""
        return {
            "rules": [one.tree() for one in self.rules],
            "tests": [one.tree() for one in self.tests],
            "comments": list(self.comments),
        }

    @classmethod
    def of(cls, tree: Mapping[str, object]) -> Self:
        """Return the content in plain values that `tree` made."""
        rules, tests = tree.get("rules", []), tree.get("tests", [])
        return cls(
            tuple(RuleContent.of(one) for one in rules),  # type: ignore[attr-defined]  # as above
            tuple(TestContent.of(one) for one in tests),  # type: ignore[attr-defined]  # as above
            tuple(tree.get("comments", ())),  # type: ignore[arg-type]  # as above
        )
