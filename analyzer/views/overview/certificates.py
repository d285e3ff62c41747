"""Certificates by the time that is left."""

from __future__ import annotations

from datetime import date
from typing import Final

from analyzer.charts.marks import Mark, Tone, bars
from analyzer.queries.overview.certificates import NAME, UNKNOWN, Band, bands
from analyzer.tables import overview as tables
from analyzer.views.overview.card import Card, Shown, many

_TONES: Final[dict[str, Tone]] = {
    "0": "red",
    "1": "orange",
    "2": "orange",
    "3": "blue",
    "4": "green",
    UNKNOWN: "grey",
}


def card(shown: Shown, today: date) -> Card:
    """Return the bands counted from a day in UTC, empty ones left out."""
    found = {one.keys[0]: one for one in shown.facts.of(NAME)}
    marks, rows = [], []
    for band in bands(today):
        if band.key not in found:
            continue
        one, href = found[band.key], shown.links.report(expiry=band.filter_text)
        known = band.key != UNKNOWN
        number = many(one.things, "certificate")
        words = f"{many(one.connections, 'connection')} in {many(one.sessions, 'session')}"
        label = f"{band.words}: {number}" if known else band.words
        marks.append(Mark(label, one.connections, words, _TONES[band.key], href))
        cells = {
            "band": band.words,
            "days": _days(band),
            "certificates": one.things if known else None,
            "connections": one.connections,
            "sessions": one.sessions,
        }
        rows.append((cells, href))
    return Card(
        *("certificates", "Certificates by expiry", "certificate"),
        lead=f"Counted from today, {today} (UTC). Bars are connections that used them.",
        columns=tables.BANDS,
        rows=rows,
        chart=bars(marks),
        empty="No protected connections, so no certificates.",
        note="Ends are recorded from z/OS 3.2 on. A session counts in each band in which one of its"
        " certificates ends."
        if rows
        else "",
    )


def _days(band: Band) -> str:
    if band.first and band.last:
        return f"{band.first} to {band.last}"
    if band.last:
        return f"up to {band.last}"
    return f"from {band.first} on" if band.first else ""
