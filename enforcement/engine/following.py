"""One plain pass over the records of a batch: where something happens, and where nothing does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from enforcement.engine.lives import ENDS, Lives, Stack, Step
from enforcement.engine.outcome import State, Verdict
from enforcement.engine.tally import Tally, key_of
from policy.attributes import TCP

STACK = ("sysplex", "system", "stack")
_RESET_FLAG = 0x20
_SWITCHES = ("zert_enabled", "zert_disabled")
Row = tuple[str, str, str, int, int, int, int, int, int, int, int]
"""Stack, time, event, connection, start, IP protocol, flags, numbers of state and verdict."""


class Switch(NamedTuple):
    """zERT was switched on or off at a stack; `time` as in headers (microseconds, local)."""

    stack: Stack
    time: int


class Follower:
    """Follows connections through one batch.

    `places` are the records at which something happens; of each, `acts` says whether rules act,
    and `cuts` whether it is the last of a connection that was reset. `evaluated` are the records
    at which a connection is evaluated, whether something happens or not.
    """

    def __init__(
        self, lives: Lives, states: Sequence[State], verdicts: Sequence[Verdict], tally: Tally
    ) -> None:
        self.evaluated: list[int] = []
        self.places: list[int] = []
        self.acts: list[bool] = []
        self.cuts: list[bool] = []
        self._lives = lives
        self._states = states
        self._verdicts = verdicts
        self._silent = [one.action.is_silent for one in verdicts]
        self._tally = tally
        self._counts: Counter[tuple[int, int, bool]] = Counter()

    def follow(self, rows: Iterable[Row], switched: Mapping[int, Sequence[Switch]]) -> None:
        """Take all records in their order; `switched` says before which stacks are forgotten."""
        place = 0
        for place, row in enumerate(rows, 1):
            for switch in switched.get(place - 1, ()) if switched else ():
                self._lives.forget(switch.stack)
            self._take(place - 1, row)
        for switch in switched.get(place, ()):
            self._lives.forget(switch.stack)
        self._count()

    def _take(self, place: int, row: Row) -> None:
        sysplex, system, name, time, event, number, start, kind, flags, state, verdict = row
        stack, is_cut = (sysplex, system, name), False
        self._lives.advance(stack, time)
        step = self._lives.step(event, stack, number, start, state)
        if step is Step.EVALUATE:
            self.evaluated.append(place)
            self._counts[state, verdict, kind == TCP] += 1
            if kind == TCP and not self._silent[verdict]:
                is_reset = self._verdicts[verdict].action.reset
                is_cut = is_reset and self._lives.reset(event, stack, number)
                self._add(place, acts=True, cuts=is_cut)
        elif step is Step.CUT:
            is_cut = True
            self._add(place, acts=False, cuts=True)
        elif step is Step.IGNORE:
            self._tally.ignored += 1
        if flags & _RESET_FLAG and event in ENDS:
            self._tally.told_resets += 1
            self._tally.agreed_resets += is_cut

    def _add(self, place: int, *, acts: bool, cuts: bool) -> None:
        self.places.append(place)
        self.acts.append(acts)
        self.cuts.append(cuts)

    def _count(self) -> None:
        tally = self._tally
        tally.forgotten += self._lives.take_forgotten()
        for (state, number, is_tcp), count in self._counts.items():
            verdict = self._verdicts[number]
            by_rule = tally.matches if is_tcp else tally.analysis_only
            for match in verdict.matches:
                by_rule[key_of(match)] += count
            if is_tcp:
                tally.evaluated += count
                tally.unchecked += count if not verdict.protocols else 0
                tally.unmatched += count if verdict.protocols and not verdict.matches else 0
                tally.unobserved += count if self._states[state].is_unobserved else 0


def switches(connections: pl.DataFrame, coverage: pl.DataFrame) -> dict[int, list[Switch]]:
    """Return before which record zERT was switched on or off at which stacks."""
    found: dict[int, list[Switch]] = {}
    zert = coverage.filter(pl.col("kind").is_in(_SWITCHES))
    for sysplex, system, stack, time in zert.select(*STACK, "local_time").iter_rows():
        own = connections.with_row_index("place").filter(
            sysplex=sysplex, system=system, stack=stack
        )
        # A clock that is set back must not bring a record of before behind the switch.
        behind = own.filter(pl.col("local_time").cum_max() > time)
        place = behind["place"][0] if len(behind) else len(connections)
        found.setdefault(place, []).append(Switch((sysplex, system, stack), time))
    return found
