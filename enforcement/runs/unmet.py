"""Rules that no session met, and which rules took what they would have matched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from designer.rulesets import takers
from policy.checks.order import HIDDEN, check_order
from policy.model import RuleSet
from policy.settings import Settings

COLUMNS: Final = (
    *(
        "part",
        "other",
        "protocol",
        "rule_set",
        "version",
        "place",
        "rule",
        "kind",
        "action",
        "finding",
    ),
    *("taker_place", "taker", "taker_kind", "taker_action", "session", "sessions", "connections"),
)
"""Of an unmet rule, in the order in which `unmet_rules` gives them."""
_NOBODY: Final = (None, "", "", "", None, 0, 0)
Row = tuple[object, ...]


def unmet_rules(rule_set: RuleSet, sessions: pl.DataFrame, how: Settings) -> Iterator[Row]:
    """Yield the columns from `place` on; rules that a session may have met are left out."""
    taken = takers(rule_set, sessions, how)
    unmet = [place for place in range(len(rule_set.rules())) if place not in taken.met]
    if not unmet:
        return
    said = {one.place.rule: one.message for one in check_order(rule_set, how) if one.code in HIDDEN}
    found: dict[int, list[Row]] = {}
    for place, taker, sessions_taken, connections, session in taken.frame.iter_rows():
        row = (*_words(rule_set, taker), session, sessions_taken, connections)
        found.setdefault(place, []).append(row)
    for place in unmet:
        words = _words(rule_set, place)
        for taker_words in found.get(place, [_NOBODY]):
            yield (*words, said.get(rule_set.rules()[place].name, ""), *taker_words)


def _words(rule_set: RuleSet, place: int) -> Row:
    rule = rule_set.rules()[place]
    return place, rule.name, rule_set.kind(place).value, str(rule.action)
