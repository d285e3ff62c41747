"""What is new: servers and sessions whose first day in the store lies in the period."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db.models import Min

from analyzer.models import DailyActivity, SecuritySession
from analyzer.queries.blocks.cover import EVERYTHING
from analyzer.queries.overview.tallies import MEASURES, TOP, Facet
from analyzer.queries.terms.term import Clause
from analyzer.tables.strength import rank_sql

SESSIONS: Final = "new sessions"
SERVERS: Final = "new servers"
# Few rows of a session hold all its days, each with the first of them: some are there twice.
# A server is new when nothing is older of it, whatever the filters take of its sessions.
_OLDER: Final = """older AS MATERIALIZED (
    SELECT e.session_id FROM ({rows}) e WHERE e.first_end < %s
), fresh AS MATERIALIZED (
    SELECT s.*, {rank} AS rank FROM s LEFT JOIN older ON older.session_id = s.id
    WHERE older.session_id IS NULL
), older_server AS MATERIALIZED (
    SELECT DISTINCT o.server_id FROM analyzer_securitysession o
    WHERE o.server_id = ANY(ARRAY(SELECT DISTINCT server_id FROM fresh))
        AND o.id IN (SELECT session_id FROM older)
)"""
FACETS: Final = (
    Facet(
        SESSIONS,
        Clause(
            f"""SELECT f.id::text, '', f.strength, 1, f.connections,
                CASE WHEN f.protocol = 'NONE' THEN f.connections END, f.failed, count(*) OVER ()
            FROM fresh f ORDER BY f.rank, f.connections DESC, f.id LIMIT {TOP}"""
        ),
    ),
    Facet(
        SERVERS,
        Clause(
            f"""SELECT f.server_id::text, '', '', {MEASURES}, count(*) OVER ()
            FROM fresh f LEFT JOIN older_server o ON o.server_id = f.server_id
            WHERE o.server_id IS NULL GROUP BY f.server_id
            ORDER BY min(f.rank), connections DESC, f.server_id LIMIT {TOP}"""
        ),
    ),
)


def older_than(first: date) -> Clause:
    """Return what the facets read beside the sessions: those with activity before a day."""
    sql = _OLDER.format(rows=EVERYTHING.sql, rank=rank_sql("s.strength"))
    return Clause(sql, (*EVERYTHING.params, first))


def earliest_day() -> date | None:
    """The first day with activity; None in an empty store."""
    found: date | None = DailyActivity.objects.aggregate(day=Min("day"))["day"]
    return found


def named(pks: Iterable[int]) -> dict[int, SecuritySession]:
    """Sessions with their servers and protections, by id."""
    related = SecuritySession.objects.select_related("server__stack", "protection")
    return related.in_bulk(set(pks))
