"""The charts of a baseline with their tables: the score by day, the servers that break it most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from analyzer.baselines.profile import Profile
from analyzer.charts.marks import Mark, bars, shares
from analyzer.models import Server
from analyzer.queries.baselines.amounts import Amount, Tally
from analyzer.queries.baselines.days import MOST_DAYS
from analyzer.tables.baselines import DAYS, SERVERS
from analyzer.views.baselines.words import score_words
from analyzer.views.overview.card import Card, many, server_cells, server_label
from analyzer.views.overview.links import Links

_DAY: Final = timedelta(days=1)
_SAME: Final = "Every day is judged by the rules as they are now, so that days compare."


def days_card(profile: Profile, days: Sequence[tuple[date, Tally]], links: Links) -> Card:
    """The score of each day; a day without data, or with nothing covered, stays empty."""
    shown = [(day, tally) for day, tally in days[-MOST_DAYS:] if tally.score is not None]
    rows, marks = [], {}
    for day, tally in shown:
        href = links.day(day, baseline=profile.key)
        breaks, unknown = tally.of("breaks").connections, tally.of("not-judged").connections
        cells = {
            "day": day,
            "score": score_words(tally.score),
            "breaks": breaks,
            "not_judged": unknown,
            "holds": tally.of("holds").connections,
        }
        rows.append((cells, href))
        words = f"{score_words(tally.score)}; {many(breaks, 'connection')} breaking,"
        words += f" {unknown:,} not judged, of {tally.connections:,}"
        value = None if tally.score is None else float(tally.score)
        marks[day] = Mark(str(day), value, words, "blue", href)
    return Card(
        *("score", "Score by day", "calendar"),
        lead=f"Connections of sessions that hold, in percent. {_SAME}",
        columns=DAYS,
        rows=rows[::-1],
        chart=shares(_without_holes(marks)) if marks else None,
        empty="No day has sessions that this baseline covers.",
    )


def servers_card(
    profile: Profile,
    found: Sequence[tuple[int, Amount]],
    servers: Mapping[int, Server],
    links: Links,
) -> Card:
    """The servers with most connections that break a rule that decides."""
    marks, rows = [], []
    for pk, amount in found:
        server, href = servers[pk], links.server(pk, baseline=profile.key)
        words = f"{many(amount.connections, 'connection')} in {many(amount.sessions, 'session')}"
        marks.append(Mark(server_label(server), amount.connections, words, "orange", href))
        counts = {"connections": amount.connections, "sessions": amount.sessions}
        rows.append(({**server_cells(server), **counts}, href))
    return Card(
        *("worst", "Servers that break it most", "server"),
        lead="By connections of sessions that break a rule that decides the score.",
        columns=SERVERS,
        rows=rows,
        chart=bars(marks),
        empty="No session breaks a rule that decides the score.",
        more_href=links.report(baseline=profile.key),
        more_words="All servers that break it",
    )


def _without_holes(marks: Mapping[date, Mark]) -> list[Mark]:
    """All days from the first to the last, those without data with no value."""
    first, last = min(marks), max(marks)
    if (last - first).days > 2 * MOST_DAYS:  # holes of years: days are drawn close together
        return list(marks.values())
    span = [first + number * _DAY for number in range((last - first).days + 1)]
    return [marks.get(day, Mark(str(day), None, "no data")) for day in span]
