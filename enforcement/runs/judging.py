"""Rules against distinct sessions, as columns: which verdicts there are, and what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from designer.rulesets import NO_MATCH, UNDECIDED, met_places
from policy.model import Policy, RuleSet
from policy.settings import Settings

Pair = tuple[RuleSet | None, RuleSet | None]
"""The rule sets of one protocol on both sides; one of them is there."""
PLACE: Final = "place"
_OTHER: Final = "other_place"
_SAME: Final = {
    **dict.fromkeys(("sysplex", "system", "stack", "role", "server_ip", "port_start", "port_end")),
    **dict.fromkeys(("job", "user", "protection", "strength")),
}
_ALLOWED: Final = "nothing happens"
COLUMNS: Final = (
    *_SAME,
    *("server", "protection_id", "session", "sessions", "connections"),
    *("protocol", "rule_set", "version", "place", "rule", "kind", "action", "resets"),
    *("other_rule_set", "other_place", "other_rule", "other_kind", "other_action", "changed"),
)
"""Of a verdict, in the order in which `verdicts` gives them."""


def judged(
    sessions: pl.DataFrame, mine: RuleSet | None, other: RuleSet | None, how: Settings
) -> pl.DataFrame:
    """Return the sessions that one of the rule sets is for, with the places they met."""
    return sessions.with_columns(
        _places(mine, sessions, how).alias(PLACE), _places(other, sessions, how).alias(_OTHER)
    ).filter(pl.col(PLACE).is_not_null() | pl.col(_OTHER).is_not_null())


def verdicts(
    placed: pl.DataFrame,
    mine: RuleSet | None,
    other: RuleSet | None,
    *,
    version: str,
    compares: bool,
) -> pl.DataFrame:
    """Return the distinct verdicts of judged sessions, columns as in COLUMNS.

    `version` is the name of that in which `mine` stands.
    """
    keys = ["server_id", "protection_id", PLACE, _OTHER]
    grouped = placed.group_by(keys).agg(
        *(pl.col(name).first() for name in _SAME),
        pl.col("session_id").min().alias("session"),
        pl.len().cast(pl.Int64).alias("sessions"),
        pl.col("connections").sum(),
    )
    told = grouped.join(
        _words(mine, grouped[PLACE], prefix=""), on=PLACE, how="left", nulls_equal=True
    )
    told = told.join(
        _words(other, grouped[_OTHER], prefix="other_", empty=not compares),
        on=_OTHER,
        how="left",
        nulls_equal=True,
    )
    differs = pl.any_horizontal(
        pl.col(name) != pl.col(f"other_{name}") for name in ("rule", "kind", "action")
    )
    protocol = (mine or other).protocol.value  # type: ignore[union-attr]  # one of both is there
    return told.with_columns(
        pl.col("server_id").alias("server"),
        pl.lit(protocol).alias("protocol"),
        pl.lit(version).alias("version"),
        (differs if compares else pl.lit(value=False)).alias("changed"),
    ).select(COLUMNS)


def rule_sets_of(policy: Policy, other: Policy | None) -> list[Pair]:
    """Return the rule sets of both sides, by protocol."""
    sides: dict[str, list[RuleSet | None]] = {}
    for side, one in enumerate((policy, other or Policy())):
        for rule_set in one.rule_sets:
            sides.setdefault(rule_set.protocol.value, [None, None])[side] = rule_set
    return [(mine, theirs) for mine, theirs in sides.values()]


def resetting(placed: pl.DataFrame, mine: RuleSet) -> pl.Series:
    """Return the keys of the sessions that a reset would have cut."""
    places = [place for place, rule in enumerate(mine.rules()) if rule.action.reset]
    return placed.filter(pl.col(PLACE).is_in(places))["session_id"]


def in_stacks(sessions: pl.DataFrame, stacks: Sequence[Sequence[str]]) -> pl.DataFrame:
    """Return the sessions of these stacks (sysplex, system, stack); of all without any."""
    if not stacks:
        return sessions
    names = ("sysplex", "system", "stack")
    fits = [
        pl.all_horizontal(
            pl.col(name).str.to_uppercase() == word.upper()
            for name, word in zip(names, one, strict=True)
        )
        for one in stacks
    ]
    return sessions.filter(pl.any_horizontal(fits))


def _places(rule_set: RuleSet | None, sessions: pl.DataFrame, how: Settings) -> pl.Series:
    if rule_set is None:
        return pl.Series([None] * len(sessions), dtype=pl.Int32)
    return met_places(rule_set, sessions, how)


def _words(
    rule_set: RuleSet | None, places: pl.Series, *, prefix: str, empty: bool = False
) -> pl.DataFrame:
    """What each place says, a row for each."""
    rows = [_said(rule_set, place, empty=empty) for place in places.unique().to_list()]
    key = f"{prefix}place"
    schema: dict[str, Any] = {key: places.dtype}
    schema |= {f"{prefix}{one}": pl.String() for one in ("rule_set", "rule", "kind", "action")}
    if not prefix:
        schema["resets"] = pl.Boolean()
    return pl.DataFrame([row[: len(schema)] for row in rows], schema=schema, orient="row")


def _said(rule_set: RuleSet | None, place: int | None, *, empty: bool) -> tuple[object, ...]:
    if empty:
        return place, "", "", "", "", False
    if rule_set is None or place is None:
        return place, "", "", "no rule set", _ALLOWED, False
    if place == NO_MATCH:
        return place, rule_set.name, "", "no rule", _ALLOWED, False
    if place == UNDECIDED:
        return place, rule_set.name, "", "undecided", "not known", False
    rule, kind = rule_set.rules()[place], rule_set.kind(place)
    return place, rule_set.name, rule.name, kind.value, str(rule.action), rule.action.reset
