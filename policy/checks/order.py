"""Rules that another rule leaves nothing for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from policy.errors import GivenUpError
from policy.findings import Finding, Place, Severity
from policy.model import Rule, RuleSet
from policy.regions import Space, Work, near, within
from policy.settings import DEFAULTS, Settings

HIDDEN: Final = frozenset(
    {"unreachable-rule", "shadowed-rule", "duplicate-rule", "contradicting-rule"}
)
"""The codes that say that a rule can't be met."""


def check_order(
    rule_set: RuleSet, settings: Settings = DEFAULTS, work: Work | None = None
) -> list[Finding]:
    """Return findings about the order of evaluation, at most one for each rule.

    Where the `work` does not reach nothing is said but that.
    """
    found: list[Finding] = []
    try:
        for one in _order(rule_set, settings, work or Work()):
            found.append(one)  # noqa: PERF402 -- what was found before it is given up stays
    except GivenUpError as error:
        message = f"not every rule was looked at for others that hide it: {error}"
        hint = "write fewer rules, or ranges instead of single members"
        where = Place(rule_set=rule_set.name)
        found.append(Finding("not-worked-out", Severity.NOTE, message, where, hint))
    return [*found, *_without_condition(rule_set)]


def _order(rule_set: RuleSet, settings: Settings, work: Work) -> Iterator[Finding]:
    rules = rule_set.rules()
    space = Space(rule_set.protocol, rules, settings)
    boxes = [space.boxes(rule) for rule in rules]
    for place, rule in enumerate(rules):
        where = Place(rule_set=rule_set.name, rule=rule.name)
        before = near(boxes[place], boxes[:place], work)
        over = next((n for n in before if within(boxes[place], boxes[n], work)), None)
        if over is not None:
            same = within(boxes[over], boxes[place], work)
            yield _hidden(rule, rules[over], where, same=same)
        elif within(boxes[place], [box for n in before for box in boxes[n]], work):
            message = f"the rules before `{rule.name}` together take all it describes"
            hint = "move it up or drop it"
            yield Finding("unreachable-rule", Severity.WARNING, message, where, hint)
    everything = [*chain.from_iterable(boxes)]
    if rule_set.catch_all is None and not within([space.whole()], everything, work):
        message = "connections that no rule fits go unnoticed"
        hint = "add a catch-all rule that audits or logs"
        where = Place(rule_set=rule_set.name)
        yield Finding("catch-all-missing", Severity.WARNING, message, where, hint)


def _without_condition(rule_set: RuleSet) -> Iterator[Finding]:
    for rule in rule_set.specific:
        if rule.is_any:
            message = f"the specific rule `{rule.name}` fits every connection"
            hint = "give it a condition, or make it the catch-all"
            where = Place(rule_set=rule_set.name, rule=rule.name)
            yield Finding("specific-without-condition", Severity.WARNING, message, where, hint)


def _hidden(rule: Rule, earlier: Rule, where: Place, *, same: bool) -> Finding:
    if not same:
        message = f"`{earlier.name}` before it takes all that `{rule.name}` describes"
        hint = "move it up or drop it"
        return Finding("shadowed-rule", Severity.WARNING, message, where, hint)
    if rule.action.effect == earlier.action.effect:
        message = f"`{earlier.name}` before it says the same"
        return Finding("duplicate-rule", Severity.WARNING, message, where, "drop one")
    message = f"`{earlier.name}` before it has the same conditions and does something else"
    return Finding("contradicting-rule", Severity.ERROR, message, where, "decide on one")
