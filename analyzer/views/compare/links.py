"""From a row of a comparison to the report of either side, with the filters of the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from analyzer.models import Protection
from analyzer.queries.compare.sides import Sides
from analyzer.queries.filters import Filters
from analyzer.tables.compare import SIDES
from analyzer.views.report.scope import TABS
from analyzer.views.sheet import Row

_OF_PROTOCOLS: Final = ("tls_", "ssh_", "ipsec_")
_PATHS: Final = {str(role): name for role, name, _ in TABS}


@dataclass(frozen=True, slots=True)
class Link:
    """A side's report for a row; `words` say it where the sight of the row is missing."""

    word: str
    words: str
    href: str


def links_of(sides: Sides, grain: str, row: Row) -> list[Link]:
    """The sides that have the row, side A first."""
    return [
        Link(side.upper(), f"Report of side {side.upper()}", _href(filters, grain, row, side))
        for side, filters in zip(SIDES, (sides.a, sides.b), strict=True)
        if row[f"link {side}_id"] is not None
    ]


def named(row: Row) -> str:
    """A row in a few words: what of it tells it from others."""
    parts = ("job", "server_ip", "port_start", "client_ip", "protocol", "version", "cipher")
    said = [str(row[f"link {part}"]) for part in parts if row.get(f"link {part}")]
    return " ".join(said) or "this row"


def _href(filters: Filters, grain: str, row: Row, side: str) -> str:
    asked, server = filters.to_params(), row[f"link {side}_server"]
    if grain == "client":
        asked |= {"client_ip": [row["link client_ip"]]}
    if server and grain in {"server", "client"}:
        name = "report_sessions" if grain == "client" else "report_server"
        return _address(reverse(name, args=[server]), asked)
    asked = _of_protection(asked, row) if grain == "protection" else asked | _owner(grain, row)
    return _address(reverse(_PATHS[row["link role"]]), asked)


def _owner(grain: str, row: Row) -> dict[str, list[str]]:
    """Filters of a server by what it is, where it may be several; a name that is empty is none."""
    first, last = row["link port_start"], row["link port_end"]
    found = {
        "server_ip": row["link server_ip"] if grain != "service" else "",
        "port": str(first) if first == last else f"{first}-{last}",
        "job": row["link job"],
        "user": row["link user"],
    }
    return {name: [value] for name, value in found.items() if value}


def _of_protection(asked: dict[str, list[str]], row: Row) -> dict[str, list[str]]:
    """Protocols are alternatives, so those of other protocols have to go."""
    kept = {name: found for name, found in asked.items() if not name.startswith(_OF_PROTOCOLS)}
    kept.pop("version", None)
    suite = row["link cipher"] if row["link protocol"] == Protection.Protocol.TLS else ""
    own = {"protocol": row["link protocol"], "version": row["link version"], "tls_suite": suite}
    return kept | {name: [value] for name, value in own.items() if value}


def _address(path: str, asked: dict[str, list[str]]) -> str:
    query = urlencode(asked, doseq=True)
    return f"{path}?{query}" if query else path
