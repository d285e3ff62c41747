"""What the checks say of a rule set where it is to be: one answer for all stacks concerned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from designer import rule_tests, rulesets
from designer.content.errors import ContentError, NotReadyError
from designer.content.facts import Around, Facts
from designer.content.rules import Tree
from designer.models import Stack, Version
from designer.queries.around import around, around_versions
from designer.queries.contents import content_of, rule_sets_of
from policy.checks import check, check_outcome
from policy.errors import WriteError
from policy.findings import Finding, Place, Severity, errors
from policy.model import Policy, RuleSet
from policy.writer import write

_MOST_KEPT: Final = 128
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """How much the checks of a version find."""

    errors: int
    warnings: int


@lru_cache(_MOST_KEPT)
def findings(rule_set: RuleSet, around: Around) -> tuple[Finding, ...]:
    """Return what the checks say, and what the writer of policy files would refuse.

    The same rules in the same surroundings have the same answer: lists ask again and again.
    """
    nowhere = {*check_outcome(rule_set, around.surroundings())} - _anywhere(rule_set, around)
    said = check(Policy((rule_set,)), around.surroundings(), around.how)
    found = (*(one for one in said if one not in nowhere), *of_stacks(rule_set, around))
    place = Place(rule_set=rule_set.name)
    if not rule_set.rules():
        message = "there is no rule, so that nothing would ever happen"
        return (*found, Finding("no-rule", Severity.ERROR, message, place))
    if errors(found):
        return found
    return (*found, *_unwritten(rule_set, around))


def _unwritten(rule_set: RuleSet, around: Around) -> Iterator[Finding]:
    """What keeps its file from being written in a dialect that it is to have."""
    place = Place(rule_set=rule_set.name)
    said = set()
    for one in around.dialects:
        if isinstance(one, str):
            yield Finding("no-dialect", Severity.ERROR, one, place, "choose one that is there")
            continue
        try:
            write(Policy((rule_set,)), one)
        except WriteError as error:
            said.add(str(error))
    for message in sorted(said):
        yield Finding("not-writable", Severity.ERROR, message, place)


def ready(version: Version, rule_set: RuleSet, around: Around) -> list[Tree]:
    """Return the results of a version's tests. Raises NotReadyError for errors and failed tests."""
    found = rule_tests.results(rule_set, content_of(version).tests, around.how)
    wrong, failed = errors(findings(rule_set, around)), rule_tests.failed(found)
    if wrong or failed:
        raise NotReadyError(wrong, failed)
    return found


def hindrances(version: Version, rule_set: RuleSet, around: Around) -> list[str]:
    """Return what keeps a version from being submitted, published or assigned, a sentence each."""
    try:
        ready(version, rule_set, around)
    except NotReadyError as error:
        said = [f"{one.place}: {one.message}" for one in error.findings]
        return [*said, *(f"the test `{name}` fails" for name in error.tests)]
    return []


def checked(versions: Iterable[Version], day: date) -> dict[int, Checked]:
    """Return how much the checks find of each version by key, in as many queries as for one."""
    rows, found = list(versions), {}
    where = around_versions(rows, day) if rows else {}
    for key, said in rule_sets_of(rows).items():
        if isinstance(said, ContentError):
            found[key] = Checked(len(said.faults), 0)
            continue
        severities = [one.severity for one in findings(said, where[key])]
        counts = (severities.count(one) for one in (Severity.ERROR, Severity.WARNING))
        found[key] = Checked(*counts)
    return found


def of_stack(stack: Stack, day: date) -> tuple[Finding, ...]:
    """Return what the checks say of all that a stack is to have. Raises DesignerError."""
    where = around(day=day, stacks=[stack])
    sets = rulesets.assigned(stack).rule_sets
    return tuple(one for rule_set in sets for one in findings(rule_set, where))


def if_on_stack(policy: Policy, stack: Stack, day: date) -> tuple[Finding, ...]:
    """Return what would hold of a policy on a stack and does not hold anywhere."""
    where = around(day=day, stacks=[stack])
    return tuple(one for rule_set in policy.rule_sets for one in of_stacks(rule_set, where))


def of_stacks(rule_set: RuleSet, around: Around) -> tuple[Finding, ...]:
    """Return what holds on some of the stacks, with their names, and what nobody has told."""
    some = (
        replace(one, message=f"on {_named(names)}: {one.message}")
        for one, names in _outcomes(rule_set, around).items()
        if one not in _anywhere(rule_set, around)
    )
    return (*some, *_not_told(rule_set, around))


def _anywhere(rule_set: RuleSet, around: Around) -> set[Finding]:
    """What the actions of a rule set come to wherever it is."""
    nowhere = {*check_outcome(rule_set, around.surroundings())}
    if not around.stacks:
        return nowhere
    on = _outcomes(rule_set, around)
    return {one for one in nowhere if len(on.get(one, ())) == len(around.stacks)}


def _outcomes(rule_set: RuleSet, around: Around) -> dict[Finding, list[str]]:
    """What they come to, with the stacks where it does."""
    on: dict[Finding, list[str]] = defaultdict(list)
    for facts, names in _by_facts(around).items():
        for one in check_outcome(rule_set, around.surroundings(facts)):
            on[one] += names
    return on


def _not_told(rule_set: RuleSet, around: Around) -> Iterator[Finding]:
    """What nobody has told and the rule set needs: not known is neither yes nor no."""
    for facts, names in _by_facts(around).items():
        lacking = list(_lacking(rule_set, facts))
        if lacking:
            message = f"for {_named(names)} it is not told {' nor '.join(lacking)}"
            hint = "say it on the stack's page"
            yield Finding("not-told", Severity.NOTE, message, Place(rule_set=rule_set.name), hint)


def _lacking(rule_set: RuleSet, facts: Facts) -> Iterator[str]:
    actions = [rule.action for rule in rule_set.rules()]
    ways = (facts.audits_to_smf, facts.audits_to_nmi)
    if facts.zert_is_on is None:
        yield "whether zERT is on"
    if any(one.audit for one in actions) and None in ways and True not in ways:
        yield "where audit records go"
    if facts.trmd_runs is None and any(one.syslog_level is not None for one in actions):
        yield "whether TRMD runs"


def _by_facts(around: Around) -> dict[Facts, list[str]]:
    found: dict[Facts, list[str]] = defaultdict(list)
    for one in around.stacks:
        found[one.facts].append(one.stack)
    return found


def _named(names: Sequence[str]) -> str:
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return ", ".join([*names[:_MOST_NAMED], *more])
