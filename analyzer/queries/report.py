"""The report: servers, their clients, their security sessions."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from analyzer.models import Server
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, fetch, read_page
from analyzer.queries.relations import clients_of, servers_of, sessions_of, where
from analyzer.queries.terms.term import Clause
from analyzer.tables.columns import Table
from analyzer.tables.report import ALL_SESSIONS, SESSIONS, Detail, clients_table, servers_table
from web.paging import PAGE_ROWS, Page

_ROW_FACTS = ("server_id", "reason", "confidence", "title", "protocol", "doubt")


def servers_question(filters: Filters, *, role: str) -> Question:
    """What the first level of a tab asks; `role` is one of Server.Role."""
    relation = servers_of(filters, role=role)
    return Question(servers_table(role), relation, refused=filters.refused)


def clients_question(filters: Filters, *, server_id: int, role: str) -> Question:
    """What the second level asks."""
    relation = clients_of(filters, server_id=server_id)
    return Question(clients_table(role), relation, refused=filters.refused)


def sessions_question(
    filters: Filters, *, server_id: int, protocol: str, detail: Detail, client_ip: str | None
) -> Question:
    """What the third level asks: the sessions of one protocol of a server, or of one client."""
    conditions = [
        Clause("ss.server_id = %s", (server_id,)),
        Clause(
            "EXISTS (SELECT FROM analyzer_protection q WHERE q.id = ss.protection_id"
            " AND q.protocol = %s)",
            (protocol,),
        ),
    ]
    if client_ip:
        conditions.append(Clause("ss.client_ip = %s::inet", (client_ip,)))
    table = SESSIONS[protocol, detail]
    return Question(
        table, sessions_of(filters, *conditions), extra=_facts(table), refused=filters.refused
    )


def all_sessions_question(filters: Filters) -> Question:
    """What the table of all sessions asks."""
    return Question(
        ALL_SESSIONS, sessions_of(filters), extra=_facts(ALL_SESSIONS), refused=filters.refused
    )


def servers(
    filters: Filters,
    *,
    role: str,
    sort: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page:
    """One page of the first level. Raises UnknownColumnError and PageKeyError."""
    return read_page(servers_question(filters, role=role), sort=sort, after=after, limit=limit)


def clients(
    filters: Filters,
    *,
    server_id: int,
    role: str = Server.Role.SERVER,
    sort: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page:
    """One page of the clients of a server. Raises UnknownColumnError and PageKeyError."""
    question = clients_question(filters, server_id=server_id, role=role)
    return read_page(question, sort=sort, after=after, limit=limit)


def sessions(  # noqa: PLR0913 -- the parts of one address, keyword-only
    filters: Filters,
    *,
    server_id: int,
    protocol: str,
    detail: Detail,
    client_ip: str | None = None,
    sort: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page:
    """One page of session details. Raises UnknownColumnError and PageKeyError."""
    question = sessions_question(
        filters, server_id=server_id, protocol=protocol, detail=detail, client_ip=client_ip
    )
    return read_page(question, sort=sort, after=after, limit=limit)


def all_sessions(
    filters: Filters, *, sort: str | None = None, after: str | None = None, limit: int = PAGE_ROWS
) -> Page:
    """One page of all sessions. Raises UnknownColumnError and PageKeyError."""
    return read_page(all_sessions_question(filters), sort=sort, after=after, limit=limit)


def protocols(
    filters: Filters, *, server_id: int, client_ip: str | None = None
) -> list[tuple[str, int]]:
    """The protocols among a server's sessions with their numbers of sessions, most first."""
    conditions = [Clause("ss.server_id = %s", (server_id,))]
    if client_ip:
        conditions.append(Clause("ss.client_ip = %s::inet", (client_ip,)))
    ids = where(filters, *conditions).active("ss.id")
    sql = f"""SELECT p.protocol, count(*) AS sessions FROM ({ids.sql}) i
        JOIN analyzer_securitysession ss ON ss.id = i.id
        JOIN analyzer_protection p ON p.id = ss.protection_id
        GROUP BY p.protocol ORDER BY count(*) DESC, p.protocol"""
    return [(row["protocol"], row["sessions"]) for row in fetch(Clause(sql, ids.params))]


def server(pk: int) -> Server | None:
    """One server with its stack and the settings of its system."""
    return Server.objects.select_related("stack__settings").filter(pk=pk).first()


def _facts(table: Table) -> tuple[str, ...]:
    """What rows of sessions carry for links and hovers, unless it is a column already."""
    return tuple(name for name in _ROW_FACTS if name not in table.by_key)
