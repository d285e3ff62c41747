"""What is new: servers and sessions whose first day in the store lies in the period."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db.models import Min

from analyzer.models import DailyActivity, SecuritySession
from analyzer.queries.overview.tallies import MEASURES, TOP, Facet
from analyzer.queries.terms.term import Clause
from analyzer.tables.strength import rank_sql

SESSIONS: Final = "new sessions"
SERVERS: Final = "new servers"
_FRESH: Final = """SELECT s.*, {rank} AS rank FROM s WHERE NOT EXISTS (
    SELECT FROM analyzer_daily_activity e WHERE e.session_id = s.id AND e.day < %s)"""
# A server is new when nothing is older of it, whatever the filters take of its sessions.
_NO_OLDER: Final = """NOT EXISTS (SELECT FROM analyzer_securitysession o
    JOIN analyzer_daily_activity e ON e.session_id = o.id
    WHERE o.server_id = f.server_id AND e.day < %s)"""


def facets(first: date) -> tuple[Facet, ...]:
    """Return the facets of what is not older than a day, weakest first; `things` counts all."""
    fresh = _FRESH.format(rank=rank_sql("s.strength"))
    sessions = f"""SELECT f.id::text, '', f.strength, 1, f.connections,
            CASE WHEN f.protocol = 'NONE' THEN f.connections END, f.failed, count(*) OVER ()
        FROM ({fresh}) f ORDER BY f.rank, f.connections DESC, f.id LIMIT {TOP}"""
    servers = f"""SELECT f.server_id::text, '', '', {MEASURES}, count(*) OVER ()
        FROM ({fresh}) f WHERE {_NO_OLDER} GROUP BY f.server_id
        ORDER BY min(f.rank), connections DESC, f.server_id LIMIT {TOP}"""
    return (
        Facet(SESSIONS, Clause(sessions, (first,))),
        Facet(SERVERS, Clause(servers, (first, first))),
    )


def earliest_day() -> date | None:
    """The first day with activity; None in an empty store."""
    found: date | None = DailyActivity.objects.aggregate(day=Min("day"))["day"]
    return found


def named(pks: Iterable[int]) -> dict[int, SecuritySession]:
    """Sessions with their servers and protections, by id."""
    related = SecuritySession.objects.select_related("server__stack", "protection")
    return related.in_bulk(set(pks))
