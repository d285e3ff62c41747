"""The tables whose columns a user picks, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from analyzer.models import Server
from analyzer.tables.certificates import CERTIFICATES
from analyzer.tables.columns import Table
from analyzer.tables.compare import GRAINS, OPEN, table_of
from analyzer.tables.imports import HISTORY, REJECTS
from analyzer.tables.report import ALL_SESSIONS, SESSIONS, clients_table, servers_table


def _compared() -> list[Table]:
    plain = (table_of(grain, of_places=False) for grain in GRAINS)
    return [replace(table, columns=(*table.columns, OPEN)) for table in plain]


_ALL: Final = (
    *(servers_table(role) for role in Server.Role.values),
    *(clients_table(role) for role in Server.Role.values),
    *SESSIONS.values(),
    ALL_SESSIONS,
    CERTIFICATES,
    *_compared(),
    HISTORY,
    REJECTS,
)
PICKED: Final[Mapping[str, Table]] = {table.name: table for table in _ALL}
