"""What `analyzer/_overview_card.html` shows: a sentence, a chart, the table behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analyzer.models import Server
from analyzer.queries.overview.facts import Facts
from analyzer.tables.columns import Column
from analyzer.views.overview.links import Links
from analyzer.views.report.facts import address_words
from web.templatetags.figures import DASH, THIN, thin

Row = tuple[Mapping[str, Any], str]
_TENTH: Final = 0.001


@dataclass(frozen=True, slots=True)
class Card:
    """`empty` stands in the place of chart and table when there are no rows."""

    key: str
    title: str
    icon: str
    lead: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    chart: Mapping[str, Any] | None = None
    empty: str = ""
    note: str = ""
    more_href: str = ""
    more_words: str = ""
    wide: bool = False

    @property
    def chart_words(self) -> str:
        """What a chart is to those who cannot see it: its table says the same."""
        return f"{self.title}: chart of the table below."


@dataclass(frozen=True, slots=True)
class Shown:
    """What every card is made from."""

    facts: Facts
    links: Links

    @property
    def connections(self) -> int:
        return sum(one.connections for one in self.facts.of("classes"))

    @property
    def sessions(self) -> int:
        return sum(one.sessions for one in self.facts.of("classes"))


def share(part: int, whole: int) -> str:
    """A part in percent, one digit; what is there is never said to be nothing, nor all."""
    if not whole:
        return DASH
    if 0 < part < whole * _TENTH:
        return f"under 0.1{THIN}%"
    if whole * (1 - _TENTH) < part < whole:
        return f"over 99.9{THIN}%"
    return f"{100 * part / whole:.1f}{THIN}%"


def many(number: int, word: str) -> str:
    return f"{thin(number)} {word}{'' if number == 1 else 's'}"


def server_cells(server: Server) -> dict[str, str]:
    """Its name and its place, for a row."""
    return {"server": server_label(server), "place": f"{server.stack.system} {server.stack.stack}"}


def server_label(server: Server) -> str:
    return f"{server.job} {address_words(server)}".strip()


def more_of(found: int, shown: int, word: str) -> str:
    """The words of the link to the rest; empty when all are shown."""
    return f"All {many(found, word)}" if found > shown else ""
