"""What baselines say of one interval record: loops over labels and the rules' own words."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from typing import Any

from django.utils.http import urlencode

from analyzer.baselines import builtin
from analyzer.baselines.profile import Profile, Rule
from analyzer.queries.terms.facts import ATTRIBUTES
from tests.analyzer.queries import naive_filters
from tests.analyzer.queries.naive_security import said

Fact = dict[str, Any]
LABELS = {one.key: (one.protocol, one.labels) for one in ATTRIBUTES}


def fits(fact: Fact, asked: Mapping[str, str]) -> bool:
    """Whether a record passes the filters of one alternative."""
    return naive_filters.passes(fact, naive_filters.asked(urlencode(asked)))


def state(fact: Fact, profile: Profile, rule: Rule) -> int:
    """0 kept or does not apply, 1 not judged, 2 broken."""
    if fact["protocol"] not in profile.covers:
        return 0
    if any(fits(fact, one) for one in rule.breaks):
        return 2
    told = [rule.passes or {}, *rule.breaks, *rule.not_judged]
    for key in rule.passes or {}:
        if not_told(fact, key, [one[key] for one in told if key in one]):
            return 1
    return int(any(fits(fact, one) for one in rule.not_judged))


def not_told(fact: Fact, key: str, texts: list[str]) -> bool:
    """Whether a record has a name of the attribute that none of the texts speaks of."""
    protocol, labels = LABELS[key]
    own = said(fact, labels) if fact["protocol"] == protocol else []
    listed = [one.lower() for one in own if not one.lower().startswith(("unknown", "none/aead"))]
    patterns = [part.strip(" !").lower() for text in texts for part in text.split(",")]
    return any(not any(fnmatch.fnmatchcase(one, each) for each in patterns) for one in listed)


def verdict(fact: Fact, profile: Profile) -> str:
    if fact["protocol"] not in profile.covers:
        return "outside"
    states = [state(fact, profile, rule) for rule in profile.scored]
    return "breaks" if 2 in states else "not-judged" if 1 in states else "holds"


def asks_for(fact: Fact, text: str) -> bool | None:
    """The filter `baseline`: True, False, or None where it is not known."""
    key, *rest = text.lower().split(":")
    profile = builtin.load()[key]
    if rest in (["holds"], ["not-judged"], ["outside"]):
        return verdict(fact, profile) == rest[0]
    if not rest:
        own = verdict(fact, profile)
        return True if own == "breaks" else None if own == "not-judged" else False
    rule = profile.rule(rest[0])
    assert rule is not None
    found = state(fact, profile, rule)
    if rest[1:]:
        return found == 1
    return {0: False, 1: None, 2: True}[found]
