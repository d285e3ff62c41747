"""Failed handshakes: who has them, and when; what older releases don't say is said."""

from __future__ import annotations

from analyzer.charts.marks import Mark, bars
from analyzer.tables import overview as tables
from analyzer.views.overview.card import (
    Card,
    Shown,
    many,
    more_of,
    server_cells,
    server_label,
    share,
)
from analyzer.views.overview.trends import days_card

_ANY = ">=1"


def cards(shown: Shown) -> list[Card]:
    """The servers with most of them, and the days."""
    return [_servers(shown), _by_day(shown)]


def note(shown: Shown) -> str:
    """Of how many sessions the records don't count them."""
    (one,) = shown.facts.of("uncounted")
    if not one.things:
        return ""
    return (
        f"{many(one.things, 'session')} of {shown.sessions:,} ({share(one.things, shown.sessions)})"
        " come from releases before z/OS 3.2, which do not count failed handshakes: there they"
        " look unprotected*."
    )


def _servers(shown: Shown) -> Card:
    found = shown.facts.of("failed")
    marks, rows = [], []
    for one in found:
        server = shown.facts.servers[int(one.keys[0])]
        href = shown.links.server(server.pk, failed=_ANY)
        failed = one.failed or 0
        words = f"{failed:,} of {many(one.connections, 'connection')} failed"
        marks.append(Mark(server_label(server), failed, words, "orange", href))
        cells = {"failed": failed, "connections": one.connections}
        rows.append(({**server_cells(server), **cells}, href))
    return Card(
        *("failed-servers", "Servers with most failed handshakes", "circle-x"),
        lead="TLS and SSH handshakes that did not come about.",
        columns=tables.FAILED_SERVERS,
        rows=rows,
        chart=bars(marks),
        empty=_empty(shown),
        note=note(shown),
        more_href=shown.links.report(failed=_ANY),
        more_words=more_of(found[0].things if found else 0, len(found), "server"),
    )


def _by_day(shown: Shown) -> Card:
    return days_card(
        shown,
        key="failed-days",
        title="Failed handshakes by day",
        columns=tables.FAILED_DAYS,
        value=lambda day: day.failed,
        href=lambda day: shown.links.day(day.day, failed=_ANY),
        tone="orange",
        empty=_empty(shown),
        note="",
    )


def _empty(shown: Shown) -> str:
    (one,) = shown.facts.of("uncounted")
    if one.failed is None:
        return "Not recorded: all records come from releases before z/OS 3.2."
    return "No failed handshake was recorded."
