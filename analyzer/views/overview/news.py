"""What came up in the period for the first time."""

from __future__ import annotations

from typing import Final

from analyzer.charts.marks import TONES, Mark, bars
from analyzer.models import Protection
from analyzer.queries.overview import news
from analyzer.tables import overview as tables
from analyzer.views.overview.card import Card, Shown, many, server_cells, server_label

_NONE: Final = str(Protection.Strength.NONE)


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
    marks, rows = [], []
    for one in found:
        server = shown.facts.servers[int(one.keys[0])]
        href = shown.links.server(server.pk)
        words = f"{one.unprotected:,} of {many(one.connections, 'connection')} unprotected*"
        tone = TONES[_NONE] if one.unprotected else "plain"
        marks.append(Mark(server_label(server), one.connections, words, tone, href))
        cells = {
            "unprotected": one.unprotected,
            "connections": one.connections,
            "sessions": one.sessions,
        }
        rows.append(({**server_cells(server), **cells}, href))
    return Card(
        *("new-servers", "New servers", "plus"),
        lead=_lead(shown, found[0].things if found else 0, "server", len(found)),
        columns=tables.NEW_SERVERS,
        rows=rows,
        chart=bars(marks),
        empty=f"No server was seen for the first time since {shown.facts.compared_from}.",
    )


def _sessions(shown: Shown) -> Card:
    found = shown.facts.of(news.SESSIONS)
    marks, rows = [], []
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
        href = shown.links.session(session.pk)
        label = f"{server_label(session.server)}, {session.client_ip}"
        words = f"{protection.title}, {many(one.connections, 'connection')}"
        marks.append(Mark(label, one.connections, words, TONES[one.keys[2]], href))
        rows.append((cells, href))
    return Card(
        *("new-sessions", "New security sessions", "plus"),
        lead=_lead(shown, found[0].things if found else 0, "session", len(found)),
        columns=tables.NEW_SESSIONS,
        rows=rows,
        chart=bars(marks),
        empty=f"No session was seen for the first time since {shown.facts.compared_from}.",
        wide=True,
    )


def _lead(shown: Shown, number: int, word: str, listed: int) -> str:
    since = f"since {shown.facts.compared_from}; the store begins on {shown.facts.earliest}"
    cut = f" The {listed} weakest are listed." if number > listed else ""
    return f"{many(number, word)} seen for the first time {since}.{cut}"
