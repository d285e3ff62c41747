"""Priorities of the rules in files that Zertify writes; higher is evaluated first.

`general = 100000; specific i = 90000 - 100 * i; catch-all = 1`: our choice, with gaps, as IBM
advises for AT-TLS. Rule sets with more than 898 specific rules get smaller gaps.
"""

from __future__ import annotations

from policy.errors import WriteError
from policy.model import RuleSet

GENERAL, CATCH_ALL = 100_000, 1
HIGHEST_SPECIFIC = 90_000
GAP = 100
MOST_SPECIFIC = HIGHEST_SPECIFIC - CATCH_ALL - 1


def priorities(rule_set: RuleSet) -> tuple[int, ...]:
    """Return the priority of each rule in the order of evaluation; raises `WriteError`."""
    first, last = (GENERAL,) if rule_set.general else (), (CATCH_ALL,) if rule_set.catch_all else ()
    return (*first, *of_specifics(len(rule_set.specific)), *last)


def of_specifics(count: int) -> tuple[int, ...]:
    """Return the priorities of so many specific rules; raises `WriteError`."""
    gap = min(GAP, MOST_SPECIFIC // max(count, 1))
    if not gap:
        raise WriteError(f"{count} rules are more than there are priorities")
    return tuple(HIGHEST_SPECIFIC - gap * place for place in range(1, count + 1))
