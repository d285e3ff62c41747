"""A rule as SQL: the condition that a protection breaks it, and that it cannot be judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from analyzer.baselines.profile import Asked, Profile, Rule
from analyzer.baselines.reading import ProfileError
from analyzer.queries.terms.attributes import NamedFilter
from analyzer.queries.terms.certificates import SerialFilter
from analyzer.queries.terms.facts import ATTRIBUTES
from analyzer.queries.terms.names import DistinguishedNameFilter
from analyzer.queries.terms.security import SECURITY, clause_of
from analyzer.queries.terms.term import Clause, Filter, FilterError, Term, all_of, either

USABLE: Final[tuple[Filter, ...]] = (DistinguishedNameFilter(), SerialFilter(), *SECURITY)
"""Filters of a rule: those that look at nothing but the protection, which is judged once."""
NEVER: Final = Clause("FALSE")
_BY_KEY: Final = {one.key: one for one in USABLE}
_NAMED: Final = {one.key: NamedFilter(one) for one in ATTRIBUTES}


@dataclass(frozen=True, slots=True)
class Compiled:
    """`unknown` holds only where it does not break; neither holds outside what is covered.

    `doubtful` is `unknown` for those who have asked already whether it breaks.
    """

    breaks: Clause
    unknown: Clause
    doubtful: Clause


def compile_rule(profile: Profile, rule: Rule) -> Compiled:
    """Return the conditions of a rule. Raises ProfileError when a filter can't be used."""
    covered = Clause("p.protocol = ANY(%s)", (list(profile.covers),))
    breaks, unknown = _conditions(_Key(rule))
    return Compiled(
        all_of([covered, breaks]),
        all_of([covered, _not(breaks), unknown]),
        all_of([covered, unknown]),
    )


def check(profile: Profile) -> list[str]:
    """Return what is wrong with the filters of a profile, a sentence each."""
    found = []
    for rule in profile.rules:
        try:
            _conditions(_Key(rule))
        except ProfileError as error:
            found += [f"rule `{rule.id}`: {reason}" for reason in error.reasons]
    return found


def breaks_any(profile: Profile) -> Clause:
    """The condition that a protection breaks a rule that decides the score."""
    return _any(compile_rule(profile, rule).breaks for rule in profile.scored)


def unjudged_by_any(profile: Profile) -> Clause:
    """That it breaks none of those, and one of them cannot be judged."""
    if not profile.scored:
        return Clause("p.protocol = ANY(%s)", (list(profile.covers),))
    unknown = _any(compile_rule(profile, rule).unknown for rule in profile.scored)
    return all_of([_not(breaks_any(profile)), unknown])


def holds(profile: Profile) -> Clause:
    """That it is covered, breaks none and all can be judged."""
    covered = Clause("p.protocol = ANY(%s)", (list(profile.covers),))
    return all_of([covered, _not(breaks_any(profile)), _not(unjudged_by_any(profile))])


def outside(profile: Profile) -> Clause:
    """That the profile does not speak of its protocol."""
    return Clause("p.protocol <> ALL(%s)", (list(profile.covers),))


def parse_asked(asked: Asked) -> dict[str, tuple[Term, ...]]:
    """Return the values of filters by key. Raises ProfileError with all that is wrong."""
    terms: dict[str, tuple[Term, ...]] = {}
    wrong = []
    for key, text in asked.items():
        if key not in _BY_KEY:
            wrong.append(f"`{key[:40]}` is no filter of the protection itself")
            continue
        try:
            terms |= {key: found} if (found := _BY_KEY[key].parse([text])) else {}
        except FilterError as error:
            wrong.append(f"`{key}`: {error}")
    if not wrong and not terms:
        wrong.append("a condition without a filter fits everything")
    if wrong:
        raise ProfileError(*wrong)
    return terms


class _Key:
    """A rule as a key of the cache: its conditions alone."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        passes = rule.passes or {}
        self.told = (
            *map(_items, rule.breaks),
            (),
            *map(_items, rule.not_judged),
            (),
            _items(passes),
        )

    def __hash__(self) -> int:
        return hash(self.told)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.told == other.told


@lru_cache(512)
def _conditions(key: _Key) -> tuple[Clause, Clause]:
    rule = key.rule
    uncovered = _uncovered(rule)
    breaks = _alternatives(rule.breaks)
    return breaks, _alternatives([*rule.not_judged, *uncovered])


def _uncovered(rule: Rule) -> Iterable[Asked]:
    """Names of the code tables that the rule says nothing of: the unknown never passes."""
    for key in rule.passes or {}:
        named = _NAMED.get(key)
        if named is None:
            raise ProfileError(f"`{key[:40]}` in `passes` is no attribute with names")
        told = [rule.passes or {}, *rule.breaks, *rule.not_judged]
        texts = [one[key] for one in told if key in one]
        try:
            spoken = {name for text in texts for name in _names(named, text)}
        except FilterError as error:
            raise ProfileError(f"`{key}`: {error}") from error
        if left := [name for name in named.confidences if name not in spoken]:
            yield {key: ",".join(left)}


def _names(named: NamedFilter, text: str) -> Iterable[str]:
    """The names that a value stands for, whether they are asked for or taken away."""
    for term in named.parse([text]):
        for given in term.clause.params:
            facts = given if isinstance(given, list) else []
            yield from (str(fact).partition("=")[2] for fact in facts)


def _alternatives(asked: Iterable[Asked]) -> Clause:
    return _any(clause_of(USABLE, parse_asked(one)) for one in asked)


def _any(clauses: Iterable[Clause]) -> Clause:
    found = [Clause(f"({one.sql})", one.params) for one in clauses]
    return either(found) if found else NEVER


def _not(clause: Clause) -> Clause:
    return Clause(f"NOT ({clause.sql})", clause.params)


def _items(asked: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(asked.items())
