"""What a run finds, gathered pair by pair of rule sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from enforcement.runs.judging import Pair, judged, resetting, verdicts
from enforcement.runs.unmet import Row, unmet_rules
from policy.model import RuleSet
from policy.settings import Settings


class Outcome:
    """Verdicts, rules that met nothing, and the sessions that a reset would cut."""

    def __init__(self, compares: bool, how: Settings) -> None:
        self._compares, self._how = compares, how
        self._cut: list[pl.Series] = []
        self.verdicts: list[pl.DataFrame] = []
        self.unmet: list[Row] = []

    def add(
        self, sessions: pl.DataFrame, pair: Pair, *, part: int, versions: tuple[str, str]
    ) -> None:
        """Hold the rule sets of both sides against the sessions of a part's stacks."""
        mine, other = pair
        placed = judged(sessions, mine, other, self._how)
        told = verdicts(placed, mine, other, version=versions[0], compares=self._compares)
        self.verdicts.append(told)
        if mine is not None:
            self._cut.append(resetting(placed, mine))
        sides = (mine, other if self._compares and other != mine else None)
        for is_other, (side, version) in enumerate(zip(sides, versions, strict=True)):
            if side is not None:
                head = (part, bool(is_other), side.protocol.value, side.name, version)
                self.unmet += [(*head, *row) for row in unmet_rules(side, sessions, self._how)]

    def cut(self) -> list[int]:
        """The keys of the sessions that a reset would have cut."""
        return pl.concat(self._cut).unique().to_list() if self._cut else []


def version_in(versions: Sequence[Mapping[str, Any]], rule_set: RuleSet | None) -> str:
    """The name of the version that a rule set comes from, empty where none is told."""
    protocol = rule_set.protocol.value if rule_set else ""
    names = (one["name"] for one in versions if one["protocol"] == protocol)
    return next(names, "")
