"""What the query of a watch finds, by the keys of its rows, and some of the rows in words."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from analyzer.models import ExportSchedule, SavedQuery, Watch
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, fetch
from analyzer.queries.relations import servers_of, sessions_of, where
from analyzer.queries.report import all_sessions_question, servers_question
from analyzer.queries.saved import ROLES
from analyzer.queries.terms.term import Clause
from analyzer.tables.strength import rank_sql

SAMPLE_ROWS: Final = 100
_PLACE: Final = ("sysplex", "system", "stack", "role", "server_ip", "port_start", "port_end")
_SESSION: Final = ("id", "server_id", *_PLACE, "job", "user", "client_ip", "title", "strength")
_SERVER: Final = ("id", *_PLACE, "job", "user", "sessions", "clients", "strength")
_SEEN: Final = ("first_seen", "last_seen")


def keys_of(query: SavedQuery, filters: Filters, *, rows: str) -> Clause:
    """Return a SELECT of the keys of all rows: the digests of sessions, the numbers of servers."""
    chosen = where(filters, Clause("sv.role = %s", (ROLES[query.tab],)))
    if rows == Watch.Rows.SERVERS:
        ids = chosen.active_distinct("server_id")
        return Clause(f"SELECT int8send(i.id) AS key FROM ({ids.sql}) i(id)", ids.params)
    ids = chosen.active
    sql = f"""SELECT ss.digest AS key FROM ({ids.sql}) i
        JOIN analyzer_securitysession ss ON ss.id = i.id"""
    return Clause(sql, ids.params)


def table_of(query: SavedQuery, filters: Filters, *, rows: str) -> Question:
    """Return what an export asks: the table that the query opens, or all its sessions."""
    role = ROLES[query.tab]
    if rows == ExportSchedule.Rows.TAB:
        return servers_question(filters, role=role)
    relation = sessions_of(filters, Clause("sv.role = %s", (role,)))
    return replace(all_sessions_question(filters), relation=relation)


def weakest_first(keys: str, *, rows: str) -> str:
    """Return the SELECT of the ids of some keys, the weakest protection first."""
    if rows == Watch.Rows.SERVERS:
        return f"""SELECT sv.id FROM {keys} k JOIN analyzer_server sv ON int8send(sv.id) = k.key
            ORDER BY sv.id LIMIT {SAMPLE_ROWS}"""
    return f"""SELECT ss.id FROM {keys} k JOIN analyzer_securitysession ss ON ss.digest = k.key
        JOIN analyzer_protection p ON p.id = ss.protection_id
        ORDER BY {rank_sql("p.strength")}, ss.id LIMIT {SAMPLE_ROWS}"""


def sample(
    query: SavedQuery, filters: Filters, *, rows: str, ids: Sequence[int]
) -> list[dict[str, Any]]:
    """Return these rows as values that JSON can hold, the weakest protection first."""
    if not ids:
        return []
    if rows == Watch.Rows.SERVERS:
        one = Filters(period=filters.period)
        relation = servers_of(one, role=ROLES[query.tab]).rows
        names: tuple[str, ...] = (*_SERVER, "last_seen")
    else:
        relation = sessions_of(Filters(period=filters.period), Clause(*_among(ids))).rows
        names = (*_SESSION, *_SEEN)
    columns = ", ".join(f'r."{name}"' for name in names)
    sql = f"""SELECT {columns}, r.time_zone FROM ({relation.sql}) r WHERE r.id = ANY(%s)
        ORDER BY r.strength_rank, r.id"""
    found = fetch(Clause(sql, (*relation.params, list(ids))))
    return [{name: _plain(row[name]) for name in names} for row in found]


def _among(ids: Sequence[int]) -> tuple[str, tuple[list[int]]]:
    return "ss.id = ANY(%s)", (list(ids),)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)
