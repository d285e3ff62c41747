"""Connections by day: all, unprotected, failed handshakes."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from analyzer.queries.blocks.columns import NOT_COUNTED, Kinds, Sums, read, unpacked
from analyzer.queries.overview.tallies import MEASURES, Facet, Tally
from analyzer.queries.terms.term import Clause

MOST_DAYS: Final = 92
"""Longer periods show their last days."""
_UNPROTECTED: Final = 1
FACET: Final = Facet(
    "sessions by day",
    Clause(
        f"""SELECT CASE WHEN protocol = 'NONE' THEN {_UNPROTECTED} ELSE 0 END::text AS a,
            encode(string_agg(int8send(id), ''), 'hex'), '', {MEASURES}, 0
        FROM s GROUP BY 1"""
    ),
)
"""The sessions themselves, to sum their days: as packed numbers, those without protection apart."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day with data; `failed` is None where no record counts failed handshakes."""

    day: date
    connections: int
    unprotected: int
    failed: int | None


def by_day(columns: Clause, sessions: Iterable[Tally]) -> list[Day]:
    """The last days with activity of the facet's sessions, the earliest first."""
    kinds = Kinds({int(one.keys[0]): unpacked(bytes.fromhex(one.keys[1])) for one in sessions})
    with closing(read(columns)) as days:
        sums = (kinds.sums(day) for day in days)
        latest = islice((one for one in sums if one.sessions.any()), MOST_DAYS)
        return [_day(one) for one in latest][::-1]


def _day(sums: Sums) -> Day:
    counted = sums.failed[sums.failed != NOT_COUNTED]
    return Day(
        sums.day,
        int(sums.connections.sum()),
        int(sums.connections[_UNPROTECTED:].sum()),
        int(counted.sum()) if len(counted) else None,
    )
