"""What came up in the period for the first time."""

from __future__ import annotations

from analyzer.queries.overview import news
from analyzer.tables import overview as tables
from analyzer.views.overview.card import Card, Shown, many, server_cells


def cards(shown: Shown) -> list[Card]:
    """New servers and new sessions, the weakest first."""
    if shown.facts.compared_from is None:
        why = _why_not(shown)
        return [
            Card("new-servers", "New servers", "plus", empty=why),
            Card("new-sessions", "New security sessions", "plus", empty=why, wide=True),
        ]
    return [_servers(shown), _sessions(shown)]


def _why_not(shown: Shown) -> str:
    if shown.links.filters.period.days is None and shown.links.filters.period.first is None:
        return "The period has no beginning, so nothing lies before it to compare with."
    return (
        f"The store begins on {shown.facts.earliest}: it has no days before this period to compare"
        " with, so nothing can be called new."
    )


def _servers(shown: Shown) -> Card:
    found = shown.facts.of(news.SERVERS)
    rows = []
    for one in found:
        server = shown.facts.servers[int(one.keys[0])]
        cells = {
            "unprotected": one.unprotected,
            "connections": one.connections,
            "sessions": one.sessions,
        }
        rows.append(({**server_cells(server), **cells}, shown.links.server(server.pk)))
    return Card(
        *("new-servers", "New servers", "plus"),
        lead=_lead(shown, found[0].things if found else 0, "server", len(found)),
        columns=tables.NEW_SERVERS,
        rows=rows,
        empty=f"No server was seen for the first time since {shown.facts.compared_from}.",
    )


def _sessions(shown: Shown) -> Card:
    found = shown.facts.of(news.SESSIONS)
    rows = []
    for one in found:
        session = shown.facts.sessions[int(one.keys[0])]
        protection = session.protection
        cells = {
            **server_cells(session.server),
            "client_ip": session.client_ip,
            "strength": one.keys[2],
            "reason": protection.reason,
            "title": protection.title,
            "connections": one.connections,
        }
        rows.append((cells, shown.links.session(session.pk)))
    return Card(
        *("new-sessions", "New security sessions", "plus"),
        lead=_lead(shown, found[0].things if found else 0, "session", len(found)),
        columns=tables.NEW_SESSIONS,
        rows=rows,
        empty=f"No session was seen for the first time since {shown.facts.compared_from}.",
        wide=True,
    )


def _lead(shown: Shown, number: int, word: str, listed: int) -> str:
    since = f"since {shown.facts.compared_from}; the store begins on {shown.facts.earliest}"
    cut = f" The {listed} weakest are listed." if number > listed else ""
    return f"{many(number, word)} seen for the first time {since}.{cut}"
