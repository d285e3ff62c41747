"""What differs between two policies: in what happens to connections, and in what is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import product

from policy.errors import GivenUpError
from policy.model import Policy, Rule, RuleSet
from policy.regions import Box, Space, Work, common, near, uncovered
from policy.settings import DEFAULTS, Settings
from policy.values.actions import ALLOW
from policy.vocabulary import Protocol

NO_RULE = "no rule"
UNFINISHED = (
    "what happens to each connection was not worked out to the end, as there are too many rules, or"
    " members of their groups: there may be more differences than these"
)


@dataclass(frozen=True, slots=True)
class Effect:
    """Connections to which something else happens newer.

    `before` and `after` are names of rules, or `no rule`; `example` is one such connection.
    """

    protocol: Protocol
    before: str
    after: str
    did: str
    does: str
    example: str

    def __str__(self) -> str:
        return (
            f"{self.protocol}: {self.example}: met `{self.before}` ({self.did}), "
            f"meets `{self.after}` ({self.does})"
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """A rule that was added, removed, moved or changed; `parts` are the fields that changed.

    Without a rule it is what stands above all of them.
    """

    protocol: Protocol
    rule: str
    what: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = f" ({', '.join(self.parts)})" if self.parts else ""
        if not self.rule:
            return f"{self.protocol}: what stands above the rules {self.what}{parts}"
        return f"{self.protocol}: `{self.rule}` {self.what}{parts}"


@dataclass(frozen=True, slots=True)
class Difference:
    """All differences; without `effects` the policies mean the same.

    Unless `compared` the effects were not worked out to the end: there may be more of them.
    """

    effects: tuple[Effect, ...]
    edits: tuple[Edit, ...]
    compared: bool = True

    @property
    def same_meaning(self) -> bool:
        """Whether the same happens to every connection; not where that is not known."""
        return self.compared and not self.effects

    @property
    def unfinished(self) -> str:
        """What is to be said where the effects are not all; empty where they are."""
        return "" if self.compared else UNFINISHED


def diff(
    before: Policy, after: Policy, settings: Settings = DEFAULTS, work: Work | None = None
) -> Difference:
    """Return the differences of two policies, protocol by protocol.

    No rule and a rule that allows silently mean the same. One effect for each pair of rules
    whose connections are now treated otherwise, as `settings` match. What would take more than the
    `work` is not compared in what it means, and that is said.
    """
    compared, work = True, work or Work()
    effects: list[Effect] = []
    edits: list[Edit] = []
    for protocol in Protocol:
        older, newer = before.rule_set(protocol), after.rule_set(protocol)
        if older and newer and older.comments != newer.comments:
            edits.append(Edit(protocol, "", "changed", ("comments",)))
        old, new = _rules(older), _rules(newer)
        if old == new:
            continue
        edits += _edits(protocol, old, new)
        try:
            for one in _effects(Space(protocol, (*old, *new), settings), protocol, old, new, work):
                effects.append(one)  # noqa: PERF402 -- what was found before it is given up stays
        except GivenUpError:
            compared = False
    return Difference(tuple(effects), tuple(edits), compared)


def _rules(rule_set: RuleSet | None) -> tuple[Rule, ...]:
    return rule_set.rules() if rule_set else ()


def _effects(
    space: Space, protocol: Protocol, old: Sequence[Rule], new: Sequence[Rule], work: Work
) -> Iterator[Effect]:
    rest = Rule(NO_RULE, ALLOW)
    before, after = (*old, rest), (*new, rest)
    old_boxes, new_boxes = _boxes(space, old), _boxes(space, new)
    for place, was in enumerate(before):
        mine = old_boxes[place]
        earlier = [box for n in near(mine, old_boxes[:place], work) for box in old_boxes[n]]
        for other in near(mine, new_boxes, work):
            newer = after[other]
            if was.action.effect != newer.action.effect:
                part = _left_over(mine, new_boxes[other], earlier, work)
                if part:
                    did, does = str(was.action), str(newer.action)
                    yield Effect(protocol, was.name, newer.name, did, does, space.example(part))
            earlier += new_boxes[other]


def _left_over(
    old: Sequence[Box], new: Sequence[Box], earlier: Sequence[Box], work: Work
) -> Box | None:
    """A part that both have and nothing earlier takes."""
    shared = (common(one, other) for one, other in product(old, new))
    parts = (uncovered(both, earlier, work) for both in shared if both)
    return next((part for part in parts if part), None)


def _boxes(space: Space, rules: Sequence[Rule]) -> list[Sequence[Box]]:
    return [*(space.boxes(rule) for rule in rules), [space.whole()]]


def _edits(protocol: Protocol, old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[Edit]:
    was, newer = {rule.name: rule for rule in old}, {rule.name: rule for rule in new}
    for name in (one for one in was if one not in newer):
        yield Edit(protocol, name, "removed")
    for name, rule in newer.items():
        if name not in was:
            yield Edit(protocol, name, "added")
            continue
        parts = [
            part.name
            for part in fields(Rule)
            if getattr(rule, part.name) != getattr(was[name], part.name)
        ]
        if parts:
            yield Edit(protocol, name, "changed", tuple(parts))
    stayed = [rule.name for rule in old if rule.name in newer]
    places = {name: place for place, name in enumerate(stayed, start=1)}
    for place, name in enumerate((rule.name for rule in new if rule.name in was), start=1):
        if places[name] != place:
            yield Edit(protocol, name, "moved", (f"{places[name]} -> {place}",))
