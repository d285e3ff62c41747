"""The report: servers, their clients, their security sessions."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings

from analyzer.models import Server
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, fetch_kept, read_page
from analyzer.queries.relations import clients_of, servers_of, sessions_of, where
from analyzer.queries.terms.term import Clause
from analyzer.tables.report import ALL_SESSIONS, SESSIONS, Detail, clients_table, servers_table
from web.budget import OutOfTimeError, read_budget
from web.paging import PAGE_ROWS, Page

_ROW_FACTS = ("server_id", "reason", "confidence", "title", "protocol", "doubt")
"""What rows of sessions carry for links and hovers, whatever their columns are."""
_SUMMARY_FACTS = ("doubt",)


def servers_question(filters: Filters, *, role: str) -> Question:
    """What the first level of a tab asks; `role` is one of Server.Role."""
    relation = servers_of(filters, role=role)
    table = servers_table(role)
    return Question(table, relation, extra=_SUMMARY_FACTS, refused=filters.refused, lasting=True)


def clients_question(filters: Filters, *, server_id: int, role: str) -> Question:
    """What the second level asks."""
    relation = clients_of(filters, server_id=server_id)
    table = clients_table(role)
    return Question(table, relation, extra=_SUMMARY_FACTS, refused=filters.refused, lasting=True)


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
        table,
        sessions_of(filters, *conditions),
        extra=_ROW_FACTS,
        refused=filters.refused,
        lasting=True,
    )


def all_sessions_question(filters: Filters) -> Question:
    """What the table of all sessions asks."""
    return Question(
        ALL_SESSIONS, sessions_of(filters), extra=_ROW_FACTS, refused=filters.refused, lasting=True
    )


def servers(
    filters: Filters,
    *,
    role: str,
    sort: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    columns: Collection[str] | None = None,
) -> Page:
    """One page of the first level. Raises UnknownColumnError and PageKeyError."""
    question = servers_question(filters, role=role)
    return read_page(question, sort=sort, after=after, limit=limit, columns=columns)


def clients(  # noqa: PLR0913 -- the parts of one address, keyword-only
    filters: Filters,
    *,
    server_id: int,
    role: str = Server.Role.SERVER,
    sort: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    columns: Collection[str] | None = None,
) -> Page:
    """One page of the clients of a server. Raises UnknownColumnError and PageKeyError."""
    question = clients_question(filters, server_id=server_id, role=role)
    return read_page(question, sort=sort, after=after, limit=limit, columns=columns)


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
    columns: Collection[str] | None = None,
) -> Page:
    """One page of session details. Raises UnknownColumnError and PageKeyError."""
    question = sessions_question(
        filters, server_id=server_id, protocol=protocol, detail=detail, client_ip=client_ip
    )
    return read_page(question, sort=sort, after=after, limit=limit, columns=columns)


def all_sessions(
    filters: Filters,
    *,
    sort: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    columns: Collection[str] | None = None,
) -> Page:
    """One page of all sessions. Raises UnknownColumnError and PageKeyError."""
    question = all_sessions_question(filters)
    return read_page(question, sort=sort, after=after, limit=limit, columns=columns)


def protocols(
    filters: Filters, *, server_id: int, client_ip: str | None = None
) -> list[tuple[str, int]]:
    """The protocols among a server's sessions with their numbers of sessions, most first.

    None of them when it takes too long: the page of sessions then says so.
    """
    conditions = [Clause("ss.server_id = %s", (server_id,))]
    if client_ip:
        conditions.append(Clause("ss.client_ip = %s::inet", (client_ip,)))
    ids = where(filters, *conditions).active
    sql = f"""SELECT p.protocol, count(*) AS sessions FROM ({ids.sql}) i
        JOIN analyzer_protection p ON p.id = i.protection_id
        GROUP BY p.protocol ORDER BY count(*) DESC, p.protocol"""
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            found = fetch_kept(Clause(sql, ids.params))
    except OutOfTimeError:
        return []
    return [(row["protocol"], row["sessions"]) for row in found]


def server(pk: int) -> Server | None:
    """One server with its stack and the settings of its system."""
    return Server.objects.select_related("stack__settings").filter(pk=pk).first()
