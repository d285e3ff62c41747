"""What differs between two policies: in what happens to connections, and in what is written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import product

from policy.errors import GivenUpError
from policy.model import Kind, Policy, Rule, RuleSet
from policy.regions import Box, Space, Work, common, near, uncovered
from policy.settings import DEFAULTS, Settings
from policy.values.actions import ALLOW
from policy.vocabulary import Protocol

NO_RULE = "no rule"
_ABOVE = ("name", "description", "comments")
_PARTS = tuple(part.name for part in fields(Rule))
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
            f"{self.protocol}: for example {self.example}: met `{self.before}` ({self.did}), "
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
        if older == newer:
            continue
        old, new = _rules(older), _rules(newer)
        edits += _edits(protocol, older, newer)
        if old == new:
            continue
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


def _edits(protocol: Protocol, old: RuleSet | None, new: RuleSet | None) -> Iterator[Edit]:
    above = _changed(_ABOVE, old, new) if old and new else []
    if above:
        yield Edit(protocol, "", "changed", tuple(above))
    was, newer = _placed(old), _placed(new)
    for name in (one for one in was if one not in newer):
        yield Edit(protocol, name, "removed")
    for name, (kind, rule) in newer.items():
        if name not in was:
            yield Edit(protocol, name, "added")
            continue
        old_kind, old_rule = was[name]
        parts = [f"{old_kind} -> {kind}"] if kind is not old_kind else []
        parts += _changed(_PARTS, old_rule, rule)
        if parts:
            yield Edit(protocol, name, "changed", tuple(parts))
    both = [name for name in was if name in newer]
    place_of = {name: place for place, name in enumerate(both, start=1)}
    order = [place_of[name] for name in newer if name in was]
    stayed = _rising(order)
    for place, earlier in enumerate(order, start=1):
        if earlier not in stayed:
            places = (f"{earlier} -> {place}",) if earlier != place else ()
            yield Edit(protocol, both[earlier - 1], "moved", places)


def _changed(names: Iterable[str], old: object, new: object) -> list[str]:
    return [name for name in names if getattr(old, name) != getattr(new, name)]


def _placed(rule_set: RuleSet | None) -> dict[str, tuple[Kind, Rule]]:
    rules = enumerate(_rules(rule_set))
    return {rule.name: (rule_set.kind(place), rule) for place, rule in rules} if rule_set else {}


def _rising(numbers: Sequence[int]) -> set[int]:
    """Most of the numbers that rise as they stand: the others are those that were moved."""
    ends: list[int] = []  # the least end of a rising part of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    found, last = set[int](), ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
