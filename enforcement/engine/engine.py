"""Records in the order of their arrival -> what enforcement does about them.

Everything that can be said of many records at once is said at once (their protection, their ends,
the rules that match); then one plain pass follows the lives of connections, and values are made
only where a rule acts. Nothing here asks a clock: times are those of the records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import polars as pl

from enforcement.engine.actions import NOT_TOLD, Actor
from enforcement.engine.following import STACK, Follower, switches
from enforcement.engine.lives import Lives, Stack, StackRow
from enforcement.engine.outcome import Event, Outcome, State, Verdict
from enforcement.engine.settings import DEFAULTS, Settings
from enforcement.engine.states import States
from enforcement.engine.suppression import Counters
from enforcement.engine.tally import Tally
from enforcement.engine.traffic import Ends
from enforcement.engine.verdicts import Verdicts
from policy.checks import UNKNOWN_SURROUNDINGS, Surroundings
from policy.model import Policy
from policy.vectorised import SCHEMA
from policy.vectorised.frame import DIRECTIONS

_WAYS = {number: way for way, number in DIRECTIONS.items()}
_EVALUATIONS = {"place": pl.Int64, "state": pl.Int32, "verdict": pl.Int32, "direction": pl.UInt8}
_FOLLOWED = (*STACK, "local_time", "event", "conn_id", "start_utc", "ip_proto", "flags")
_Acting = tuple[Event, int, int, int, bool, bool]
"""A record, numbers of its state, direction and verdict, whether rules act, whether it is cut."""


class Memory(TypedDict):
    """What an engine remembers between batches; JSON can carry it."""

    states: list[tuple[int, str]]
    stacks: list[StackRow]
    counters: list[tuple[str, str, str, Counters]]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a batch comes to.

    `evaluations` has a row for each: `place` of its record, `state` and `verdict` as numbers of
    `Engine.states` and `Engine.verdicts`, `direction` as in `policy.vectorised`. `seen` has
    the same rows as rules look at them. The outcomes, in the order of the records, must be taken
    to the end.
    """

    evaluations: pl.DataFrame
    seen: pl.DataFrame
    outcomes: Iterable[Outcome]


class Engine:
    """Enforces one policy on any number of stacks; remembers connections between batches.

    `around` is so on all stacks but those that `arounds` names, in upper case. Several engines may
    count in one `tally`.
    """

    def __init__(
        self,
        policy: Policy,
        settings: Settings = DEFAULTS,
        around: Surroundings = UNKNOWN_SURROUNDINGS,
        tally: Tally | None = None,
        arounds: Mapping[Stack, Surroundings] = NOT_TOLD,
    ) -> None:
        self.tally = tally or Tally()
        self._is_off = around.zert_is_on is False
        self._switched = {stack: one.zert_is_on is not False for stack, one in arounds.items()}
        self._states = States(settings.matching.scope)
        self._ends = Ends(settings.opener)
        self._verdicts = Verdicts(policy, settings.matching)
        self._lives = Lives(settings.again, settings.remembering)
        self._actor = Actor(settings, around, self.tally, arounds)

    @property
    def open_connections(self) -> int:
        """How many connections are remembered because their end has not been seen."""
        return len(self._lives)

    def memory(self) -> Memory:
        """Return connections, their states and the counters of log suppression."""
        return {
            "states": [*self._states.origins],
            "stacks": self._lives.memory(),
            "counters": self._actor.memory(),
        }

    def recall(self, memory: Memory) -> None:
        """Go on where `memory` was taken; before the first batch, once or for several memories."""
        states = self._states.recall(memory["states"])
        self._lives.recall(memory["stacks"], states)
        self._actor.recall(memory["counters"])

    @property
    def states(self) -> Sequence[State]:
        """All different protections so far, by their numbers."""
        return self._states.known

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """All different verdicts so far, by their numbers."""
        return self._verdicts.known

    def state_of(self, connections: pl.DataFrame) -> pl.Series:
        """Return the number of each record's protection."""
        return self._states.read(connections)[0]

    def run(self, connections: pl.DataFrame, coverage: pl.DataFrame) -> Iterator[Outcome]:
        """Yield what happens, in the order of the records; they must be taken to the end.

        The frames are those of a decoder's batch (`smf.decode.columns`). zERT that was switched
        on or off stands between the records of its stack by time.
        """
        yield from self.decide(connections, coverage).outcomes

    def decide(self, connections: pl.DataFrame, coverage: pl.DataFrame) -> Decided:
        """Return the same with every evaluation, also those that nothing follows from."""
        self.tally.records += len(connections)
        if self._is_off and not any(self._switched.values()):
            return Decided(pl.DataFrame(schema=_EVALUATIONS), pl.DataFrame(schema=SCHEMA), ())
        if all(self._switched.values()) and not self._is_off:
            return self._decide(connections, coverage)
        kept = connections.with_row_index("kept").filter(self._is_on())
        decided = self._decide(kept.drop("kept"), coverage)
        places = kept["kept"].cast(_EVALUATIONS["place"])[decided.evaluations["place"]]
        return replace(decided, evaluations=decided.evaluations.with_columns(places.alias("place")))

    def _is_on(self) -> pl.Expr:
        """Whether zERT is on at the stack of a record."""
        found = pl.lit(not self._is_off)
        for stack, is_on in self._switched.items():
            if is_on is not self._is_off:
                continue  # as everywhere
            parts = zip(STACK, stack, strict=True)
            own = pl.all_horizontal(pl.col(key).str.to_uppercase() == word for key, word in parts)
            found = pl.when(own).then(pl.lit(is_on)).otherwise(found)
        return found

    def _decide(self, connections: pl.DataFrame, coverage: pl.DataFrame) -> Decided:
        states, openers = self._states.read(connections)
        seen = pl.concat(
            [self._ends.columns(connections, openers), self._states.columns(states)],
            how="horizontal",
        )
        verdicts = self._verdicts.of(seen)
        found = Follower(self._lives, self._states.known, self._verdicts.known, self.tally)
        series = (*(connections[name] for name in _FOLLOWED), states, verdicts)
        rows = zip(*(one.to_list() for one in series), strict=True)
        found.follow(rows, switches(connections, coverage))
        at = pl.Series("place", found.evaluated, _EVALUATIONS["place"])
        numbered = (states.alias("state"), verdicts.alias("verdict"), seen["direction"])
        evaluations = pl.DataFrame([at, *(one[at] for one in numbered)])
        places = found.places
        events = (Event(*row) for row in connections[places].iter_rows())
        parts = (states[places], seen["direction"][places], verdicts[places])
        acting = zip(events, *parts, found.acts, found.cuts, strict=True)
        return Decided(evaluations, seen[at].select(*SCHEMA), self._outcomes(acting))

    def _outcomes(self, rows: Iterable[_Acting]) -> Iterator[Outcome]:
        for event, number, way, verdict, acts, is_cut in rows:
            state = self._states.known[number]
            outcome = Outcome(event, state, _WAYS[way])
            if acts:
                judged = self._verdicts.known[verdict]
                outcome = self._actor.act(event, state, _WAYS[way], judged)
            yield replace(outcome, is_cut=True) if is_cut else outcome
