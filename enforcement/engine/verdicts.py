"""Which rules a connection meets: all records of a batch at once, each different answer once."""

from __future__ import annotations

import polars as pl

from enforcement.engine.outcome import Match, Verdict
from policy import vectorised
from policy.model import Policy
from policy.settings import Conflict, Settings
from policy.values.actions import combined
from policy.vectorised import NO_MATCH, SCHEMA, result_column
from policy.vocabulary import Protocol

Places = tuple[int | None, ...]


class Verdicts:
    """All different verdicts of a policy so far, each with a number."""

    def __init__(self, policy: Policy, settings: Settings) -> None:
        self.known: list[Verdict] = []
        self._policy = policy
        self._settings = settings
        self._numbers: dict[Places, int] = {}

    def of(self, connections: pl.DataFrame) -> pl.Series:
        """Return the number of each connection's verdict; `connections` as rules look at them."""
        names = [result_column(protocol) for protocol in Protocol]
        found = vectorised.evaluate(self._policy, connections.select(*SCHEMA), self._settings)
        distinct = found.select(names).unique(maintain_order=True)
        numbers = pl.Series("verdict", [self._number(row) for row in distinct.rows()], pl.Int32)
        numbered = distinct.with_columns(numbers)
        return found.join(numbered, on=names, how="left", nulls_equal=True, maintain_order="left")[
            "verdict"
        ]

    def _number(self, places: Places) -> int:
        number = self._numbers.setdefault(places, len(self.known))
        if number == len(self.known):
            self.known.append(self._verdict(places))
        return number

    def _verdict(self, places: Places) -> Verdict:
        checked = [
            (protocol, place)
            for protocol, place in zip(Protocol, places, strict=True)
            if place is not None
        ]
        matches = []
        for protocol, place in checked:
            rule_set = self._policy.rule_set(protocol)
            if rule_set and place != NO_MATCH:
                match = Match(protocol, rule_set.name, place, rule_set.rules()[place])
                matches.append(match)
        all_must = self._settings.several_rules is Conflict.ALL_RESET
        action = combined(tuple(one.rule.action for one in matches), all_must_reset=all_must)
        return Verdict(tuple(protocol for protocol, _ in checked), tuple(matches), action)
