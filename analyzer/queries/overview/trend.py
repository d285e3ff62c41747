"""Connections by day: all, unprotected, failed handshakes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch
from analyzer.queries.relations import where
from analyzer.queries.terms.term import Clause

MOST_DAYS: Final = 92
"""Longer periods show their last days."""
# The end of a record lies in the day of the roll-up, which records of a cut day do not have.
_TREND: Final = """
    SELECT d.first_end::date AS day, analyzer_total(d.connections) AS connections,
        coalesce(analyzer_total(d.connections) FILTER (WHERE p.protocol = 'NONE'), 0)
            AS unprotected, analyzer_total(d.failed) AS failed
    FROM analyzer_securitysession ss
    JOIN analyzer_server sv ON sv.id = ss.server_id
    JOIN analyzer_stack st ON st.id = sv.stack_id
    JOIN analyzer_protection p ON p.id = ss.protection_id
    JOIN {source} d ON d.session_id = ss.id
    WHERE {sessions} AND {days}{chosen} GROUP BY 1 ORDER BY 1 DESC LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Day:
    """One day with data; `failed` is None where no record counts failed handshakes."""

    day: date
    connections: int
    unprotected: int
    failed: int | None


def by_day(filters: Filters, role: str) -> list[Day]:
    """The last days with activity, the earliest first."""
    chosen = where(filters, Clause("sv.role = %s", (role,)))
    rows, days = chosen.period.source, chosen.period.condition
    ids = Clause("")
    if chosen.totals.sql != "TRUE":
        active = chosen.active
        ids = Clause(f" AND ss.id IN ({active.sql})", active.params)
    sql = _TREND.format(
        source=rows.sql, sessions=chosen.sessions.sql, days=days.sql, chosen=ids.sql
    )
    parts = (rows, chosen.sessions, days, ids, Clause("", (MOST_DAYS,)))
    found = fetch(Clause(sql, tuple(param for part in parts for param in part.params)))
    return [Day(**row) for row in reversed(found)]
