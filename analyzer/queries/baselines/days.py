"""The score of each day, and which rules are broken: one statement for any number of profiles.

Every day is judged by the rules as they are now, so that scores of different days compare.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analyzer.baselines.profile import Profile
from analyzer.queries.baselines.amounts import Amount, Tally
from analyzer.queries.baselines.judged import BROKEN, VERDICTS, judged, places
from analyzer.queries.blocks.columns import Kinds, Sums, read, unpacked
from analyzer.queries.filters import Filters
from analyzer.queries.kept import kept
from analyzer.queries.pages import fetch
from analyzer.queries.relations import Where, where
from analyzer.queries.terms.term import Clause

MOST_DAYS: Final = 92
"""Longer periods show their last days; their figures are of all days."""
# Sessions are sorted into kinds, of which there are few, before their days are summed: a kind is
# what all rules say alike.
_KINDS: Final = """WITH s AS MATERIALIZED ({candidates}
), j AS MATERIALIZED ({judged}
), k AS MATERIALIZED (SELECT id, dense_rank() OVER (ORDER BY states, verdicts) AS kind FROM j
), ids AS (SELECT k.kind, min(k.id) AS id, string_agg(int8send(s.id), '') AS sessions
    FROM s JOIN k ON k.id = s.protection_id GROUP BY k.kind)
SELECT j.states, j.verdicts, ids.sessions FROM ids JOIN j USING (id)"""


@dataclass(frozen=True, slots=True)
class Series:
    """One profile: its tally day by day, and the ids of the rules that are broken at all."""

    days: Sequence[tuple[date, Tally]] = ()
    broken: frozenset[str] = field(default_factory=frozenset)

    @property
    def total(self) -> Tally:
        """Of all days; sessions are counted on each day, so only connections add up."""
        sums = {
            verdict: Amount(connections=sum(one.of(verdict).connections for _, one in self.days))
            for verdict in VERDICTS
        }
        return Tally(sums)


def read_days(
    filters: Filters, profiles: Sequence[Profile], *fixed: Clause
) -> Mapping[str, Series]:
    """Return the series of each profile by its key, the earliest day first."""
    if filters.refused or not profiles:
        return {profile.key: Series() for profile in profiles}
    chosen = where(filters, *fixed)
    statement, columns = _statement(chosen, profiles), chosen.columns
    found, days = kept("kinds by day", (statement, columns), lambda: _read(statement, columns))
    active = np.zeros(len(found), np.bool_)
    for sums in days:
        active |= sums.sessions > 0
    broken = _broken(
        profiles, [row["states"] for row, was in zip(found, active, strict=True) if was]
    )
    verdicts = np.array([row["verdicts"] for row in found]).reshape(len(found), len(profiles))
    return {
        profile.key: Series(
            [(one.day, tally) for one in days[::-1] if (tally := _tally(one, own)).verdicts],
            frozenset(rule for key, rule in broken if key == profile.key),
        )
        for profile, own in zip(profiles, verdicts.T, strict=True)
    }


def _read(statement: Clause, columns: Clause) -> tuple[list[dict[str, Any]], list[Sums]]:
    """The kinds with their states and verdicts, and what each did by day, the latest first."""
    found = fetch(statement)
    kinds = Kinds({number: unpacked(row.pop("sessions")) for number, row in enumerate(found)})
    with closing(read(columns)) as days:
        return found, [kinds.sums(day) for day in days]


def _statement(chosen: Where, profiles: Sequence[Profile]) -> Clause:
    within = judged(profiles, "SELECT protection_id FROM s")
    candidates = chosen.candidates
    sql = _KINDS.format(candidates=candidates.sql, judged=within.sql)
    return Clause(sql, (*candidates.params, *within.params))


def _broken(
    profiles: Sequence[Profile], states: Sequence[Sequence[int]]
) -> Collection[tuple[str, str]]:
    """Profiles and rules that are broken in any of the kinds."""
    rules = places(profiles)
    return {rules[place] for own in states for place, one in enumerate(own) if one == BROKEN}


def _tally(sums: Sums, verdicts: NDArray[np.int64]) -> Tally:
    """One profile's tally of a day; `verdicts` are those of the kinds."""
    found = {}
    for number, verdict in enumerate(VERDICTS):
        own = verdicts == number
        if sessions := int(sums.sessions[own].sum()):
            found[verdict] = Amount(sessions, int(sums.connections[own].sum()))
    return Tally(found)
