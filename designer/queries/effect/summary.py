"""The effect of a rule set in numbers and words.

All of it is an estimate: interval records count connections, they do not name them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from designer.queries.effect.places import NO_MATCH, PLACE, UNDECIDED, places
from policy.model import Kind, Rule, RuleSet
from policy.settings import DEFAULTS, Settings
from policy.words import sentence

MOST_SHOWN: Final = 10
_COUNTED: Final = (
    pl.len().alias("sessions"),
    pl.col("connections").sum(),
    pl.col("server_id").n_unique().alias("servers"),
    pl.col("job").filter(pl.col("job") != "").n_unique().alias("jobs"),
)
_SERVER: Final = ("server_id", "system", "stack", "server_ip", "port_start", "port_end", "job")


@dataclass(frozen=True, slots=True)
class Amount:
    """How many different sessions, the connections in them, and of how many servers and jobs."""

    sessions: int = 0
    connections: int = 0
    servers: int = 0
    jobs: int = 0

    @property
    def words(self) -> str:
        """The amount inside a sentence: `1,204 connections of 3 jobs`."""
        whose = f" of {_many(self.jobs, 'job')}" if self.jobs else ""
        return f"{_many(self.connections, 'connection')}{whose}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A server or a job, or a server with a job and a protection; `session_id` is one of its."""

    name: str
    sessions: int
    connections: int
    session_id: int
    server_id: int
    job: str = ""
    protection: str = ""
    strength: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one rule would have met."""

    rule: Rule
    kind: Kind
    sentence: str
    amount: Amount
    servers: Sequence[Hit] = ()
    jobs: Sequence[Hit] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule set would have done. `period` is in words: `in the last 30 days`.

    `no_rule` met none of the rules, `undecided` spans ports that meet different ones, `covered` is
    all that the rule set applies to. `caught` breaks the catch-all's (or, without one, what no rule
    met) down by server, job and protection.
    """

    rule_set: RuleSet
    period: str
    lines: Sequence[Line]
    covered: Amount
    no_rule: Amount
    undecided: Amount
    reset: Amount
    actions: Sequence[tuple[str, Amount]] = ()
    caught: Sequence[Hit] = ()
    caught_groups: int = 0
    reset_jobs: Sequence[Hit] = field(default_factory=tuple)

    def words(self) -> tuple[str, ...]:
        """Return the effect in sentences, the most serious first."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        if not self.covered.sessions:
            yield f"Nothing on record {self.period} is checked against this rule set."
            return
        if self.reset.connections:
            yield f"It would have reset {self.reset.words} {self.period} (estimate)."
        for line in self.lines:
            yield f"`{line.rule.name}` would have met {line.amount.words}: {line.rule.action}."
        if self.no_rule.sessions:
            yield f"{self.no_rule.words.capitalize()} would have met no rule: nothing happens."
        if self.undecided.sessions:
            yield (
                f"For {self.undecided.words} the record names only a range of ports, and rules"
                " differ within it."
            )


def effect_of(
    rule_set: RuleSet, sessions: pl.DataFrame, *, period: str, settings: Settings = DEFAULTS
) -> Effect:
    """Return the effect on the sessions of a history (`analyzer.history`)."""
    placed = _placed(rule_set, sessions, settings)
    rules = rule_set.rules()
    resets = placed.filter(_has(rules, lambda rule: rule.action.reset))
    caught, caught_groups = caught_by_the_end(rule_set, placed)
    return Effect(
        rule_set=rule_set,
        period=period,
        lines=[_line(rule_set, place, placed) for place in range(len(rules))],
        covered=_amount(placed),
        no_rule=_amount(placed.filter(pl.col(PLACE) == NO_MATCH)),
        undecided=_amount(placed.filter(pl.col(PLACE) == UNDECIDED)),
        reset=_amount(resets),
        actions=list(_by_action(rules, placed)),
        caught=caught,
        caught_groups=caught_groups,
        reset_jobs=_jobs(resets),
    )


def met_at(
    rule_set: RuleSet, sessions: pl.DataFrame, place: int, *, settings: Settings = DEFAULTS
) -> pl.DataFrame:
    """Return the sessions that meet one place, by their keys, each with its `server` in words."""
    placed = _placed(rule_set, sessions, settings)
    met = placed.filter(pl.col(PLACE) == place).sort("session_id")
    names = [_place(row) for row in met.select(_SERVER).iter_rows(named=True)]
    return met.with_columns(server=pl.Series(names, dtype=pl.String))


def _placed(rule_set: RuleSet, sessions: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    placed = sessions.with_columns(places(rule_set, sessions, settings).alias(PLACE))
    return placed.filter(pl.col(PLACE).is_not_null())


def caught_by_the_end(rule_set: RuleSet, placed: pl.DataFrame) -> tuple[list[Hit], int]:
    """Return what the catch-all, or without one no rule, takes; and how many groups that are.

    `placed` are sessions with their place (`places`).
    """
    groups = _groups(_caught(rule_set, placed))
    return _hits(groups), len(groups)


def _line(rule_set: RuleSet, place: int, placed: pl.DataFrame) -> Line:
    rule, kind = rule_set.rules()[place], rule_set.kind(place)
    met = placed.filter(pl.col(PLACE) == place)
    said = sentence(rule, rule_set.protocol, kind)
    return Line(rule, kind, said, _amount(met), _servers(met), _jobs(met))


def _caught(rule_set: RuleSet, placed: pl.DataFrame) -> pl.DataFrame:
    last = len(rule_set.rules()) - 1 if rule_set.catch_all else NO_MATCH
    return placed.filter(pl.col(PLACE) == last)


def _has(rules: Sequence[Rule], fits: Callable[[Rule], bool]) -> pl.Expr:
    return pl.col(PLACE).is_in([place for place, rule in enumerate(rules) if fits(rule)])


def _by_action(rules: Sequence[Rule], placed: pl.DataFrame) -> Iterator[tuple[str, Amount]]:
    for effect in dict.fromkeys(rule.action.effect for rule in rules):
        does = next(str(rule.action) for rule in rules if rule.action.effect == effect)
        met = placed.filter(_has(rules, lambda rule, e=effect: rule.action.effect == e))  # type: ignore[misc]
        yield does, _amount(met)


def _amount(met: pl.DataFrame) -> Amount:
    (row,) = met.select(_COUNTED).iter_rows()
    return Amount(*map(int, row))


def _servers(met: pl.DataFrame) -> list[Hit]:
    return _hits(_ranked(met, _SERVER).with_columns(protection=pl.lit(""), strength=pl.lit("")))


def _groups(met: pl.DataFrame) -> pl.DataFrame:
    return _ranked(met, (*_SERVER, "protection", "strength"))


def _ranked(met: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    sums = (_COUNTED[0], _COUNTED[1], pl.col("session_id").min())
    order = ["connections", "sessions", "session_id"]
    return met.group_by(keys).agg(sums).sort(order, descending=[True, True, False])


def _hits(ranked: pl.DataFrame) -> list[Hit]:
    return [
        Hit(
            _place(row),
            row["sessions"],
            row["connections"],
            row["session_id"],
            row["server_id"],
            row["job"],
            row["protection"],
            row["strength"],
        )
        for row in ranked.head(MOST_SHOWN).iter_rows(named=True)
    ]


def _jobs(met: pl.DataFrame) -> list[Hit]:
    sums = (*_COUNTED[:2], pl.col("session_id").min(), pl.col("server_id").min())
    order = ["connections", "sessions", "job"]
    ranked = met.group_by("job").agg(sums).sort(order, descending=[True, True, False])
    return [
        Hit(job or "no job name", sessions, connections, session_id, server_id, job)
        for job, sessions, connections, session_id, server_id in ranked.head(MOST_SHOWN).iter_rows()
    ]


def _place(row: dict[str, object]) -> str:
    start, end = row["port_start"], row["port_end"]
    ports = f"{start}" if start == end else f"{start}-{end}"
    job = row["job"] or "no job name"
    return f"{job} {row['server_ip']} port {ports} on {row['system']} {row['stack']}"


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
