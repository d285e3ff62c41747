"""Which rule each session meets, exactly also where a session spans many server ports."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import polars as pl

from policy import vectorised
from policy.model import Policy, RuleSet
from policy.settings import Settings
from policy.values.ports import PortSet
from policy.vectorised import NO_MATCH, result_column

UNDECIDED: Final = -2
"""The ports of one session meet different rules, and the record does not say which."""
PLACE: Final = "place"
ROW: Final = "row"


def places(rule_set: RuleSet, sessions: pl.DataFrame, settings: Settings) -> pl.Series:
    """Return the place in `rule_set.rules()` for each session of a history.

    -1 where no rule matches, -2 where the record leaves it open, null where the rule set does not
    apply.
    """
    rows = sessions.with_row_index(ROW)
    is_wide = pl.col("port_start") < pl.col("port_end")
    single, wide = rows.filter(~is_wide), rows.filter(is_wide)
    found = [evaluated(rule_set, single, settings)]
    if len(wide):
        found.append(_together(evaluated(rule_set, at_each_port(rule_set, wide), settings)))
    return pl.concat(found).sort(ROW)[PLACE]


def evaluated(rule_set: RuleSet, rows: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Return ROW and PLACE of rows that name one port each."""
    results = vectorised.evaluate(Policy((rule_set,)), rows, settings)
    return pl.DataFrame({ROW: rows[ROW], PLACE: results[result_column(rule_set.protocol)]})


def _together(found: pl.DataFrame) -> pl.DataFrame:
    """One row for each session: what all its ports say alike."""
    first, last = pl.col(PLACE).min(), pl.col(PLACE).max()
    alike = (first == last) | first.is_null()
    place = pl.when(alike).then(first).otherwise(pl.lit(UNDECIDED, pl.Int32)).alias(PLACE)
    return found.group_by(ROW).agg(place)


def at_each_port(rule_set: RuleSet, wide: pl.DataFrame) -> pl.DataFrame:
    """The rows once for each span of their ports that no rule cuts, at its first port."""
    keys = ["role", "port_start", "port_end"]
    spans = wide.select(keys).unique()
    ports = {
        "local": sorted({*_cuts(rule.traffic.local_ports for rule in rule_set.rules())}),
        "remote": sorted({*_cuts(rule.traffic.remote_ports for rule in rule_set.rules())}),
    }
    firsts = []
    for role, start, end in spans.iter_rows():
        cuts = ports["remote" if role == "client" else "local"]
        firsts.append([start, *cuts[bisect_right(cuts, start) : bisect_right(cuts, end)]])
    each = spans.with_columns(pl.Series("port", firsts, pl.List(pl.UInt16))).explode("port")
    at_client = pl.col("role") == "client"
    return wide.join(each, on=keys).with_columns(
        pl.when(at_client).then("local_port").otherwise("port").alias("local_port"),
        pl.when(at_client).then("port").otherwise("remote_port").alias("remote_port"),
    )


def _cuts(sets: Iterable[PortSet | None]) -> Iterator[int]:
    """First ports of the spans between which no rule tells ports apart."""
    for one in chain.from_iterable(ports.members for ports in sets if ports):
        yield one.first
        yield one.last + 1


__all__ = ["NO_MATCH", "PLACE", "UNDECIDED", "places"]
