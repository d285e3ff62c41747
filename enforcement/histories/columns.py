"""Evaluations of one engine as columns: what they come to by hour, server and verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import md5
from typing import Any, Final
from uuid import UUID

import polars as pl

from enforcement.engine.engine import Engine
from enforcement.engine.outcome import State
from enforcement.histories.words import FALLS, Saying, joined, protection_words, sayings
from enforcement.runs.outcome import version_in
from policy.attributes import TCP
from policy.model import Policy

HOUR_US: Final = 3_600_000_000
STACK: Final = ("sysplex", "system", "stack")
_SAYING: Final[dict[str, pl.DataType]] = {
    "protocol": pl.String(),
    "rule_set": pl.String(),
    "place": pl.Int32(),
    "rule": pl.String(),
    "kind": pl.String(),
    "action": pl.String(),
    "resets": pl.Boolean(),
    "audits": pl.Boolean(),
}
COUNTS: Final = ("evaluations", "syslog", "console", "suppressed")
HIT_KEYS: Final = ("hour", "other", *STACK, "enforced", "version", *_SAYING)
HITS: Final[dict[str, pl.DataType]] = {
    "hour": pl.Int64(),
    "other": pl.Boolean(),
    **dict.fromkeys(STACK, pl.String()),
    "enforced": pl.Boolean(),
    "version": pl.String(),
    **_SAYING,
    **dict.fromkeys(COUNTS, pl.Int64()),
}
FALL_KEYS: Final = (
    *STACK,
    *("role", "server_ip", "port", "job", "user", "protocol", "protection", "protection_key"),
    *("rule_set", "rule", "kind", "action"),
)
_ENDS: Final = ("local_ip", "local_port", "remote_ip", "remote_port")
_OF_RECORD: Final = (
    *("local_time", *STACK, "event", "conn_id", "start_utc", "fingerprint"),
    *(*_ENDS, "job", "user"),
)
_ROLES: Final = {1: "server", 2: "client", 0: "not known"}


class Told:
    """Puts an engine's states and verdicts in words, each once.

    `versions` are those that the rule sets of the policy stand in.
    """

    def __init__(
        self, engine: Engine, policy: Policy, versions: Sequence[Mapping[str, Any]]
    ) -> None:
        self._engine, self._policy = engine, policy
        self._versions = {
            one.protocol.value: version_in(versions, one) or one.name for one in policy.rule_sets
        }
        self._sayings: list[tuple[Saying, ...]] = []
        self._states: list[str] = []
        self._words: dict[int, str] = {}

    def said(self) -> Sequence[tuple[Saying, ...]]:
        """Return what the verdicts say, by their numbers."""
        new = self._engine.verdicts[len(self._sayings) :]
        self._sayings += [tuple(sayings(self._policy, one)) for one in new]
        return self._sayings

    def protections(self) -> Sequence[str]:
        """Return the states in words, by their numbers."""
        new = self._engine.states[len(self._states) :]
        self._states += [self.words_of(one) for one in new]
        return self._states

    def words_of(self, state: State) -> str:
        """Return a state of the engine in words."""
        found = self._words.get(id(state))  # states last as long as their engine
        if found is None:
            found = self._words[id(state)] = protection_words(state)
        return found

    def version_of(self, one: Saying) -> str:
        """Return the name of the version in which a rule stands, empty without a rule set."""
        return self._versions.get(one.protocol, "")

    def rules(self) -> pl.DataFrame:
        """Return a row for each verdict and rule set."""
        rows = [
            (number, self.version_of(one), *(getattr(one, name) for name in _SAYING))
            for number, found in enumerate(self.said())
            for one in found
        ]
        return pl.DataFrame(
            rows, schema={"verdict": pl.Int32, "version": pl.String, **_SAYING}, orient="row"
        )

    def lines(self) -> pl.DataFrame:
        """Return each verdict in a line."""
        rows = [(number, joined(found)) for number, found in enumerate(self.said())]
        return pl.DataFrame(rows, schema={"verdict": pl.Int32, "line": pl.String}, orient="row")

    def states(self) -> pl.DataFrame:
        """Return each state in words, with a key for a unique index."""
        rows = [(number, text, key_of(text)) for number, text in enumerate(self.protections())]
        schema = {"state": pl.Int32, "protection": pl.String, "protection_key": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")


def key_of(text: str) -> str:
    """Return 16 bytes that stand for a text of any length."""
    return str(UUID(bytes=md5(text.encode(), usedforsecurity=False).digest()))


def evaluated(evaluations: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Return evaluations with what their records say; `enforced` is False for UDP."""
    own = records[evaluations["place"]].select(
        *_OF_RECORD, (pl.col("ip_proto") == TCP).alias("enforced")
    )
    return pl.concat([evaluations, own], how="horizontal")


def hits(seen: pl.DataFrame, told: Told, *, other: bool) -> pl.DataFrame:
    """Return evaluations by hour, stack and rule."""
    hour = (pl.col("local_time") // HOUR_US * HOUR_US).alias("hour")
    grouped = seen.group_by(hour, *STACK, "enforced", "verdict").agg(
        pl.len().cast(pl.Int64).alias("evaluations")
    )
    nothing = (pl.lit(0, pl.Int64).alias(name) for name in COUNTS[1:])
    return (
        grouped.join(told.rules(), on="verdict")
        .with_columns(pl.lit(other).alias("other"), *nothing)
        .select(list(HITS))
    )


def falls(seen: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Return what fell through to a catch-all rule or met none, by server and protection."""
    rules = told.rules().filter(pl.col("kind").is_in(FALLS))
    local = (pl.col("direction") == 1) | (
        (pl.col("direction") == 0) & (pl.col("local_port") <= pl.col("remote_port"))
    )
    grouped = (
        seen.filter("enforced")
        .join(rules.select("verdict").unique(), on="verdict", how="semi")
        .with_columns(
            pl.col("direction").replace_strict(_ROLES, return_dtype=pl.String).alias("role"),
            pl.when(local).then("local_ip").otherwise("remote_ip").alias("server_ip"),
            pl.when(local).then("local_port").otherwise("remote_port").alias("port"),
        )
        .group_by(*STACK, "role", "server_ip", "port", "job", "user", "state", "verdict")
        .agg(
            pl.len().cast(pl.Int64).alias("evaluations"),
            pl.col("local_time").min().alias("first_at"),
            pl.col("local_time").max().alias("last_at"),
            pl.col("conn_id", "start_utc").first(),
        )
    )
    told_of = grouped.join(rules, on="verdict").join(told.states(), on="state")
    sums = ("evaluations", "first_at", "last_at", "conn_id", "start_utc")
    return told_of.select(*FALL_KEYS, *sums)


def changes(
    mine: pl.DataFrame, other: pl.DataFrame, tolds: tuple[Told, Told], before: str
) -> pl.DataFrame:
    """Return the evaluations that come to something else with the other policy.

    `before` stands where one side does not evaluate, because it has reset the connection.
    """
    sides = [
        seen.filter("enforced").join(told.lines(), on="verdict").rename({"line": name})
        for seen, told, name in zip((mine, other), tolds, ("mine", "other"), strict=True)
    ]
    first, second = sides
    told = first.join(
        second.select("place", "other"), on="place", how="full", coalesce=True
    ).filter(pl.col("mine").ne_missing(pl.col("other")))
    lacking = told.filter(pl.col("mine").is_null()).select("place", "other")
    found = [
        told.filter(pl.col("mine").is_not_null()).join(tolds[0].states(), on="state"),
        lacking.join(second.drop("other"), on="place")
        .join(tolds[1].states(), on="state")
        .with_columns(pl.lit(None, pl.String).alias("mine")),
    ]
    names = ("place", *_OF_RECORD, "protection", "mine", "other")
    return pl.concat(one.select(names) for one in found).with_columns(
        pl.col("mine", "other").fill_null(before)
    )
