"""One part of a run on its way: the stacks that meet one policy, and their engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from enforcement.engine.engine import Decided, Engine, Memory
from enforcement.engine.lives import Stack, upper
from enforcement.engine.messages.installing import audits_nowhere, installed
from enforcement.engine.outcome import Console, Outcome
from enforcement.engine.settings import Settings
from enforcement.histories import columns
from enforcement.histories.columns import STACK, Told
from enforcement.histories.facts import arounds_of
from enforcement.histories.unmet import Row, Unmet
from enforcement.histories.words import RESET_BEFORE
from policy import documents
from policy.checks import UNKNOWN_SURROUNDINGS, Surroundings
from policy.model import Policy

TOTALS: Final = (
    *(
        "records",
        "evaluated",
        "unmatched",
        "unchecked",
        "unobserved",
        "doubtful",
        "ignored",
        "forgotten",
    ),
    *("told_resets", "agreed_resets", "audits", "resets"),
)
_BY_RULE: Final = ("syslog", "console", "suppressed", "analysis_only")


@dataclass(slots=True)
class Side:
    """A policy with its engine."""

    policy: Policy
    engine: Engine
    told: Told
    unmet: Unmet

    @classmethod
    def of(cls, part: Mapping[str, Any], settings: Settings, unlike: Policy | None = None) -> Side:
        """Return the side of a part that has its document; `unlike` is the first of two sides."""
        policy = documents.from_tree(part["document"])
        engine = Engine(policy, settings, arounds=arounds_of(part))
        unmet = Unmet(policy, part["versions"], settings.matching, unlike=unlike)
        return cls(policy, engine, Told(engine, policy, part["versions"]), unmet)

    def totals(self) -> Counter[str]:
        """Return what the engine has counted."""
        tally = self.engine.tally
        found = {name: getattr(tally, name) for name in TOTALS}
        return Counter(found | {name: getattr(tally, name).total() for name in _BY_RULE})


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch came to in one share: tables as columns, and what happens, still to come.

    `said` is what stacks say that are met first, because their profile makes the policy mute;
    `rules` what was taken of those that have met nothing so far.
    """

    hits: list[pl.DataFrame]
    falls: pl.DataFrame
    changes: pl.DataFrame | None
    outcomes: Iterable[Outcome]
    said: list[Console]
    rules: list[Row]


class Share:
    """The stacks of one part; without any named, all of them."""

    def __init__(self, part: Mapping[str, Any], settings: Settings) -> None:
        self._stacks = [tuple(name.upper() for name in one) for one in part["stacks"]]
        self._settings, self._arounds = settings, arounds_of(part)
        self.mine = Side.of(part, settings)
        other = {"facts": part.get("facts", ()), **part["other"]} if "other" in part else None
        self.other = Side.of(other, settings, self.mine.policy) if other else None
        self.other_acts: Counter[str] = Counter()
        self.met: set[Stack] = set()

    def memory(self) -> list[Memory]:
        """Return what the engines remember."""
        return [side.engine.memory() for side in (self.mine, self.other) if side]

    def rules(self) -> list[Row]:
        """Return all rules of both sides, of which nothing is taken yet."""
        return [row for side in (self.mine, self.other) if side for row in side.unmet.rows()]

    def recall(self, memories: Sequence[Memory]) -> None:
        """Go on where `memory` was taken."""
        for side, one in zip((self.mine, self.other), memories, strict=False):
            if side:
                side.engine.recall(one)

    def own(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are about this part's stacks."""
        if not self._stacks:
            return frame
        fits = [
            pl.all_horizontal(
                pl.col(name).str.to_uppercase() == word
                for name, word in zip(STACK, one, strict=True)
            )
            for one in self._stacks
        ]
        return frame.filter(pl.any_horizontal(fits))

    def take(self, records: pl.DataFrame, switches: pl.DataFrame) -> Taken:
        """Take the next records of this part's stacks."""
        mine, decided = self._decide(self.mine, records, switches)
        rules = self.mine.unmet.take(mine, decided.seen, self.mine.told.rules())
        hits = [columns.hits(mine, self.mine.told, other=False)]
        changes = None
        if self.other:
            other, theirs = self._decide(self.other, records, switches)
            rules += self.other.unmet.take(other, theirs.seen, self.other.told.rules())
            hits.append(columns.hits(other, self.other.told, other=True))
            self._count(self.other, other)
            tolds = (self.mine.told, self.other.told)
            changes = columns.changes(mine, other, tolds, RESET_BEFORE)
        falls = columns.falls(mine, self.mine.told)
        said = list(self._meet(records))
        return Taken(hits, falls, changes, decided.outcomes, said, rules)

    def _meet(self, records: pl.DataFrame) -> Iterator[Console]:
        if not self._arounds:
            return
        for stack in records.select(STACK).unique(maintain_order=True).rows():
            if stack not in self.met:
                self.met.add(stack)
                around = self._around_of(stack)
                yield from installed(self.mine.policy, stack, around, self._settings)

    def _around_of(self, stack: Stack) -> Surroundings:
        return self._arounds.get(upper(stack), UNKNOWN_SURROUNDINGS)

    def _decide(
        self, side: Side, records: pl.DataFrame, switches: pl.DataFrame
    ) -> tuple[pl.DataFrame, Decided]:
        decided = side.engine.decide(records, switches)
        return columns.evaluated(decided.evaluations, records), decided

    def _count(self, side: Side, seen: pl.DataFrame) -> None:
        """Audits and resets of the side whose actions are not carried out."""
        found = seen.filter("enforced").group_by(*STACK, "verdict").len()
        for *stack, verdict, count in found.iter_rows():
            action = side.engine.verdicts[verdict].action
            sysplex, system, name = stack
            is_mute = audits_nowhere(self._around_of((sysplex, system, name)))
            self.other_acts["audits"] += count * (action.audit and not is_mute)
            self.other_acts["resets"] += count * action.reset
