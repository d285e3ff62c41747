"""Rows of a table as the page shows them: values by column, with the page of their connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enforcement.histories.connections.links import links_of
from enforcement.models import HistoryRun
from enforcement.queries.histories.columns import Column, Table


@dataclass(frozen=True, slots=True)
class Row:
    """`link` leads to the connection, empty where the store does not know its stack any more.

    `fall` is what asks for a rule, where the table's rows do, and `name` what it is about.
    """

    cells: list[list[tuple[Column, Any]]]
    link: str
    fall: int | None = None
    name: str = ""


def rows_of(run: HistoryRun, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return rows with their links."""
    cells = table.cells
    links = links_of(run, table, rows, name="history_connection")
    return [
        Row(
            [[(one, row[one.key]) for one in cell] for cell in cells],
            link,
            row.get("link id"),
            _name(row),
        )
        for row, link in zip(rows, links, strict=True)
    ]


def _name(row: Mapping[str, Any]) -> str:
    return " ".join(str(row[key]) for key in ("job", "server", "protection") if row.get(key))
