"""How much is protected how, and who has the most without."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.charts.marks import CLASS_WORDS, TONES, Mark, bars
from analyzer.queries.overview.tallies import Tally
from analyzer.tables import overview as tables
from analyzer.views.overview.card import (
    Card,
    Row,
    Shown,
    many,
    more_of,
    server_cells,
    server_label,
    share,
)
from analyzer.views.overview.links import UNNAMED, can_ask
from analyzer.views.overview.trends import days_card

_NONE = "none"
_ALL_PROTECTED = "Every connection had a protection that zERT recognized."


def cards(shown: Shown) -> list[Card]:
    """The classes, and what is unprotected by day, by server, by owner."""
    return [_classes(shown), _by_day(shown), _servers(shown), _owners(shown)]


def _classes(shown: Shown) -> Card:
    found, whole = shown.facts.of("classes"), shown.connections
    marks, rows = [], []
    for one in found:
        name = one.keys[0]
        href = shown.links.report(strength=name)
        words = f"{many(one.connections, 'connection')}, {share(one.connections, whole)}"
        label = f"{CLASS_WORDS[name]}, {share(one.connections, whole)}"
        marks.append(Mark(label, one.connections, words, TONES[name], href))
        rows.append(({"strength": name, **_counts(one)}, href))
    part = sum(one.unprotected for one in found)
    sessions = sum(one.sessions for one in found if one.keys[0] == _NONE)
    lead = (
        f"{thin_of(part, whole)} connections ({share(part, whole)}) in"
        f" {thin_of(sessions, shown.sessions)} sessions had no recognized protection."
    )
    return Card(
        *("classes", "Connections by class of protection", "shield"),
        lead=lead if part else _ALL_PROTECTED,
        columns=tables.CLASSES,
        rows=rows,
        chart=bars(marks),
    )


def _by_day(shown: Shown) -> Card:
    return days_card(
        shown,
        key="unprotected-days",
        title="Unprotected* connections by day",
        columns=tables.DAYS,
        value=lambda day: day.unprotected,
        href=lambda day: shown.links.day(day.day, strength=_NONE),
        tone="red",
        empty=_ALL_PROTECTED,
    )


def _servers(shown: Shown) -> Card:
    found = shown.facts.of("unprotected")
    marks: list[Mark] = []
    rows: list[Row] = []
    for one in found:
        server = shown.facts.servers[int(one.keys[0])]
        href = shown.links.server(server.pk, strength=_NONE)
        marks.append(_mark(server_label(server), one, href))
        rows.append(({**server_cells(server), **_counts(one)}, href))
    return _top(shown, found, marks, rows)


def _top(shown: Shown, found: Sequence[Tally], marks: list[Mark], rows: list[Row]) -> Card:
    things = found[0].things if found else 0
    return Card(
        *("unprotected-servers", "Servers with most unprotected* connections", "server"),
        lead="Where zERT saw no protection, by address and port; a click shows the clients.",
        columns=tables.SERVERS,
        rows=rows,
        chart=bars(marks),
        empty=_ALL_PROTECTED,
        more_href=shown.links.report(strength=_NONE),
        more_words=more_of(things, len(found), "server"),
    )


def _owners(shown: Shown) -> Card:
    found = shown.facts.of("owners")
    marks, rows = [], []
    for one in found:
        job, user, _ = one.keys
        asked = {"job": job or UNNAMED, "user": user or UNNAMED}
        can = all(can_ask(text) for text in asked.values())
        href = shown.links.report(strength=_NONE, **asked) if can else ""
        label = " / ".join(text for text in (job, user) if text) or "not recorded"
        marks.append(_mark(label, one, href))
        rows.append(({"job": job, "user": user, **_counts(one)}, href))
    return Card(
        *("unprotected-owners", "Owners with most unprotected* connections", "users"),
        lead="Job and user ID that own the socket on z/OS.",
        columns=tables.OWNERS,
        rows=rows,
        chart=bars(marks),
        empty=_ALL_PROTECTED,
        more_href=shown.links.report(strength=_NONE),
        more_words="All servers with such connections" if found else "",
    )


def _mark(label: str, one: Tally, href: str) -> Mark:
    part = share(one.unprotected, one.connections)
    words = f"{thin_of(one.unprotected, one.connections)} connections unprotected*, {part}"
    return Mark(label, one.unprotected, words, "red", href)


def _counts(one: Tally) -> dict[str, int]:
    return {
        "connections": one.connections,
        "sessions": one.sessions,
        "unprotected": one.unprotected,
    }


def thin_of(part: int, whole: int) -> str:
    """`3 of 10`."""
    return f"{part:,} of {whole:,}".replace(",", "\u202f")
