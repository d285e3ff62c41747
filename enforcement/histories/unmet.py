"""Rules that have met nothing, and which earlier rules took what they would have matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any, Final

import numpy as np
import polars as pl

from enforcement.runs.outcome import version_in
from policy.checks.order import HIDDEN, check_order
from policy.model import Policy, RuleSet
from policy.settings import Settings
from policy.vectorised import MOST_RULES, SCHEMA, matching

Row = tuple[Any, ...]
COLUMNS: Final = (
    *("other", "version", "protocol", "rule_set", "place", "rule", "kind", "action", "finding"),
    *("taker_place", "taker", "taker_kind", "taker_action"),
    *("sysplex", "system", "stack", "conn_id", "start_utc", "evaluations"),
)
"""Of a row, in this order."""
ONCE: Final = ("other", "version", "protocol", "rule_set", "place", "taker_place")
_ONCE: Final = [COLUMNS.index(name) for name in ONCE]
_EXAMPLE: Final = ("sysplex", "system", "stack", "conn_id", "start_utc")
_NOBODY: Final = (None, "", "", "", "", "", "", None, None)


class Unmet:
    """The rules of one side of a run. Of a second side only the rule sets that are others."""

    def __init__(
        self,
        policy: Policy,
        versions: Sequence[Mapping[str, Any]],
        how: Settings,
        *,
        unlike: Policy | None,
    ) -> None:
        self._own: list[_OneSet] = []
        for one in policy.rule_sets:
            if unlike is None or one not in unlike.rule_sets:
                version = version_in(versions, one) or one.name
                self._own.append(_OneSet(one, how, (unlike is not None, version)))

    def rows(self) -> Iterator[Row]:
        """Yield a row for each rule."""
        for one in self._own:
            yield from (one.met(place, 0) for place in range(len(one.rules)))

    def take(self, seen: pl.DataFrame, looked_at: pl.DataFrame, met: pl.DataFrame) -> list[Row]:
        """Return how often rules were met, and what is taken of those that have met nothing so far.

        `seen` are evaluations, `looked_at` the same rows as rules see them, `met` the rules that
        verdicts name.
        """
        own = ("enforced", "verdict", *_EXAMPLE)
        rows = pl.concat([looked_at, seen.select(own)], how="horizontal").filter("enforced")
        return [row for one in self._own for row in one.take(rows, met)]


class _OneSet:
    """One rule set; `open` are the places of rules that have met nothing so far."""

    def __init__(self, rule_set: RuleSet, how: Settings, head: tuple[bool, str]) -> None:
        self.rules = rule_set.rules()
        self._set, self._how, self._head = rule_set, how, head
        self._open = set(range(len(self.rules)))

    @cached_property
    def _said(self) -> dict[str | None, str]:
        """What the rules alone say; looking for what hides rules may take seconds."""
        found = check_order(self._set, self._how)
        return {one.place.rule: one.message for one in found if one.code in HIDDEN}

    def words(self, place: int) -> Row:
        finding = self._said.get(self.rules[place].name, "")
        return *self._head, self._set.protocol.value, self._set.name, *self._rule(place), finding

    def met(self, place: int, number: int) -> Row:
        return *self.words(place), *_NOBODY, number

    def take(self, rows: pl.DataFrame, met: pl.DataFrame) -> Iterator[Row]:
        own = met.filter(pl.col("place") >= 0, protocol=self._set.protocol.value)
        taken = rows.join(own.select("verdict", taker="place"), on="verdict", maintain_order="left")
        for place, number in taken.group_by("taker", maintain_order=True).len().iter_rows():
            self._open.discard(place)
            yield self.met(place, number)
        if taken.is_empty() or not self._open:
            return
        for place, fits in self._fitting(taken.select(*SCHEMA)):
            found = taken.filter(fits).group_by("taker", maintain_order=True)
            for taker, *example, number in found.agg(
                *(pl.col(name).first() for name in _EXAMPLE), pl.len()
            ).iter_rows():
                yield (*self.words(place), *self._rule(taker), *example, number)

    def _fitting(self, rows: pl.DataFrame) -> Iterator[tuple[int, pl.Series]]:
        """The places of open rules, each with the rows that it would match by itself."""
        places = sorted(self._open)
        alone = tuple(self.rules[place] for place in places)
        open_set = RuleSet(self._set.name, self._set.protocol, None, alone)
        masks = matching(open_set, rows, self._how)
        for start, mask in zip(count(0, MOST_RULES), masks, strict=False):
            for bit, place in enumerate(places[start : start + MOST_RULES]):
                yield place, pl.Series(mask >> np.uint64(bit) & np.uint64(1) == 1)

    def _rule(self, place: int) -> Row:
        rule = self.rules[place]
        return place, rule.name, self._set.kind(place).value, str(rule.action)


def counted(rows: Iterable[Row]) -> list[Row]:
    """Return rows about the same as one, with the first example."""
    found: dict[Row, list[Any]] = {}
    for row in rows:
        known = found.setdefault(tuple(row[place] for place in _ONCE), [*row[:-1], 0])
        known[-1] += row[-1]
    return [tuple(row) for row in found.values()]
