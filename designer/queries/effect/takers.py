"""Who took what a rule would have matched: rules that stand behind others in the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np
import polars as pl

from designer.queries.effect.places import PLACE, ROW, at_each_port, evaluated
from policy.model import RuleSet
from policy.settings import Settings
from policy.vectorised import MOST_RULES, matching

TAKER: Final = "taker"
_SCHEMA: Final[dict[str, pl.DataType]] = {
    PLACE: pl.Int32(),
    TAKER: pl.Int32(),
    ROW: pl.UInt32(),
    "session_id": pl.Int64(),
    "connections": pl.Int64(),
}


@dataclass(frozen=True, slots=True)
class Takers:
    """`met` are the places of the rules that a session met, or may have met at one of its ports.

    `frame` has a row for each other rule and each rule that took what it would have matched:
    `place`, `taker`, `sessions`, `connections`, and the lowest key of them as `session`.
    """

    met: frozenset[int]
    frame: pl.DataFrame


def takers(rule_set: RuleSet, sessions: pl.DataFrame, settings: Settings) -> Takers:
    """Return which rules took what those that no session meets would have matched.

    Places are those of `rule_set.rules()`. A session of many ports counts at each of them.
    """
    rows = sessions.with_row_index(ROW)
    is_wide = pl.col("port_start") < pl.col("port_end")
    each = rows.filter(~is_wide)
    if len(each) < len(rows):
        wide = at_each_port(rule_set, rows.filter(is_wide))
        each = pl.concat([each, wide.select(each.columns)])
    each = each.with_columns(evaluated(rule_set, each, settings)[PLACE].alias(TAKER))
    each = each.filter(pl.col(TAKER).is_not_null())
    met = frozenset(each[TAKER].unique())
    found = [pl.DataFrame(schema=_SCHEMA), *_taken(rule_set, each, met, settings)]
    frame = (
        pl.concat(found)
        .unique([PLACE, TAKER, ROW])
        .group_by(PLACE, TAKER)
        .agg(
            pl.len().cast(pl.Int64).alias("sessions"),
            pl.col("connections").sum(),
            pl.col("session_id").min().alias("session"),
        )
        .sort(PLACE, "connections", TAKER, descending=[False, True, False])
    )
    return Takers(met, frame)


def _taken(
    rule_set: RuleSet, each: pl.DataFrame, met: frozenset[int], settings: Settings
) -> Iterator[pl.DataFrame]:
    places = range(len(rule_set.rules()))
    for start, mask in zip(count(0, MOST_RULES), matching(rule_set, each, settings), strict=False):
        for place in places[start : start + MOST_RULES]:
            if place not in met:
                fits = mask >> np.uint64(place - start) & np.uint64(1) == 1
                own = pl.lit(place, pl.Int32).alias(PLACE)
                yield each.filter(pl.Series(fits)).select(own, *list(_SCHEMA)[1:])
