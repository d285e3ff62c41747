"""The engines of a feed: one for each different policy, and which stack has which.

Another installation is an event between two pieces of the feed. What the engines remember of a
stack (connections, counters of log suppression) goes on under its new policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from enforcement.engine.engine import Engine, Memory
from enforcement.engine.following import STACK
from enforcement.engine.lives import Stack, StackRow, upper
from enforcement.engine.messages.installing import installed
from enforcement.engine.outcome import Console, Outcome
from enforcement.engine.settings import Settings
from enforcement.engine.tally import Tally
from enforcement.live.policies import Installed, Refresh, from_trees, to_trees
from policy import documents
from policy.checks import Surroundings
from policy.model import Policy

Tree = dict[str, Any]
_GIVEN = ""
"""The key of the policy for stacks of which no installation is known."""
_KEYS = pl.Schema(dict.fromkeys((*STACK, "engine"), pl.String))


class Engines:
    """Enforces on each stack what is installed there, else `given` (nothing: an empty policy)."""

    def __init__(
        self,
        given: Policy,
        settings: Settings,
        around: Surroundings,
        refresh: Refresh = Refresh.NEXT_CHANGE,
    ) -> None:
        self.tally = Tally()
        self.plan: dict[Stack, Installed] = {}  # by names in upper case
        self.met: dict[Stack, int] = {}  # records so far
        self.refresh = refresh
        self._given, self._settings, self._around = given, settings, around
        self._said: dict[Stack, str] = {}  # the digest about which the stack has spoken
        self._engines: dict[str, Engine] = {}
        self._build([])

    @property
    def open_connections(self) -> int:
        """How many connections are remembered because their end has not been seen."""
        return sum(one.open_connections for one in self._engines.values())

    def install(self, plan: list[Installed]) -> Iterator[Console]:
        """Go on with these installations, all that there are; yield what the stacks say."""
        before, self.plan = self.plan, {one.stack: one for one in plan}
        stacks = {*before, *self.plan}
        changed = {one for one in stacks if _key(before, one) != _key(self.plan, one)}
        memories = self.memories()
        if self.refresh is Refresh.NEXT_RECORD:
            memories = [_forgetting(one, changed) for one in memories]
        self._build(memories)
        yield from self._speak(self.met)

    def run(self, connections: pl.DataFrame, coverage: pl.DataFrame) -> Iterator[Console | Outcome]:
        """Yield what happens: in the order of the records for each policy, one after another."""
        counts = connections.group_by(*STACK, maintain_order=True).len()
        for sysplex, system, name, count in counts.iter_rows():
            stack = (sysplex, system, name)
            self.met[stack] = self.met.get(stack, 0) + count
        yield from self._speak(self.met)
        if len(self._engines) == 1:
            (engine,) = self._engines.values()
            yield from engine.run(connections, coverage)
            return
        rows, others = self._keyed(connections), self._keyed(coverage)
        for key, engine in self._engines.items():
            own, about = connections.filter(rows == key), coverage.filter(others == key)
            if len(own) or len(about):
                yield from engine.run(own, about)

    def memory(self) -> Tree:
        """Return what is remembered of stacks, as values that `recall` takes."""
        return {
            "given": documents.to_tree(self._given),
            "plan": to_trees([*self.plan.values()]),
            "met": [(*stack, count) for stack, count in self.met.items()],
            "said": [(*stack, digest) for stack, digest in self._said.items()],
        }

    def memories(self) -> list[Memory]:
        """Return what each engine remembers."""
        return [one.memory() for one in self._engines.values()]

    def recall(self, memory: Tree, memories: list[Memory], *, is_same: bool) -> None:
        """Go on where both were taken; under other settings stacks speak again."""
        self.plan = {one.stack: one for one in from_trees(memory["plan"])}
        self.met = {(a, b, c): count for a, b, c, count in memory["met"]}
        if is_same:
            self._said = {(a, b, c): digest for a, b, c, digest in memory["said"]}
        is_another = documents.from_tree(memory["given"]) != self._given
        if is_another and self.refresh is Refresh.NEXT_RECORD:
            remembered = {upper(row[:3]) for one in memories for row in one["stacks"]}
            memories = [_forgetting(one, remembered - self.plan.keys()) for one in memories]
        self._build(memories)

    def _speak(self, stacks: dict[Stack, int]) -> Iterator[Console]:
        """What stacks say when their policy is installed: once each, when they are met."""
        for stack in stacks:
            key = _key(self.plan, stack)
            if self._said.get(stack) != key:
                self._said[stack] = key
                found = self.plan.get(upper(stack))
                policy = found.policy if found else self._given
                around = found.around(self._around) if found else self._around
                yield from installed(policy, stack, around, self._settings)

    def _build(self, memories: list[Memory]) -> None:
        """Make the engines anew, each with what is remembered of its stacks."""
        policies = {_GIVEN: self._given}
        policies |= {one.key: one.policy for one in self.plan.values()}
        arounds = {stack: one.around(self._around) for stack, one in self.plan.items() if one.facts}
        self._engines = {
            key: Engine(policy, self._settings, self._around, self.tally, arounds)
            for key, policy in policies.items()
        }
        for key, engine in self._engines.items():
            for memory in memories:
                engine.recall(self._own(key, memory))
        self._table = pl.DataFrame(
            [(*stack, one.key) for stack, one in self.plan.items()], _KEYS, orient="row"
        )

    def _own(self, key: str, memory: Memory) -> Memory:
        """The part of a memory that is about the stacks of one engine."""
        return {
            "states": memory["states"],
            "stacks": [row for row in memory["stacks"] if self._key(*row[:3]) == key],
            "counters": [row for row in memory["counters"] if self._key(*row[:3]) == key],
        }

    def _key(self, sysplex: str, system: str, name: str) -> str:
        return _key(self.plan, (sysplex, system, name))

    def _keyed(self, frame: pl.DataFrame) -> pl.Series:
        names = frame.select(pl.col(STACK).str.to_uppercase())
        found = names.join(
            self._table, on=STACK, how="left", maintain_order="left", nulls_equal=False
        )
        return found["engine"].fill_null(_GIVEN)


def _key(plan: dict[Stack, Installed], stack: Stack) -> str:
    found = plan.get(upper(stack))
    return found.key if found else _GIVEN


def _forgetting(memory: Memory, stacks: set[Stack]) -> Memory:
    """The same without the protections that connections of these stacks had."""
    rows: list[StackRow] = []
    for *stack, clock, numbers, lives in memory["stacks"]:
        sysplex, system, name = stack
        if upper((sysplex, system, name)) in stacks:
            lives = [(start, seen, (), is_reset) for start, seen, _, is_reset in lives]
        rows.append((sysplex, system, name, clock, numbers, lives))
    return {**memory, "stacks": rows}
