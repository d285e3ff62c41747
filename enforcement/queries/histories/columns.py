"""Columns of an exact run's tables: the screen, CSV files and programs share them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from web.csv_stream import text_cell
from web.paging import Order

Kind = Literal["text", "words", "sentence", "mono", "number", "time", "lines", "yes", "connection"]
_TIME: Final = """to_char(r."{key}", 'YYYY-MM-DD"T"HH24:MI:SS.US')"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a relation; pages show it `under` the one before it, in the same cell.

    `blank` is what pages say where it is empty.
    """

    key: str
    label: str
    kind: Kind = "text"
    under: bool = False
    blank: str = ""

    @property
    def csv(self) -> str:
        """The SQL of a cell in a file."""
        if self.kind == "time":
            return f'{_TIME.format(key=self.key)} AS "{self.key}"'
        if self.kind in {"number", "yes"}:
            return f'r."{self.key}"'
        return f'{text_cell(f"""r."{self.key}"::text""")} AS "{self.key}"'


@dataclass(frozen=True, slots=True)
class Table:
    """`relation` is a SELECT of one run's rows, its key a parameter; `order` falls or rises.

    `links`: rows name a connection, so they have what finds it. `makes_rules`: they ask for rules.
    `apart`: it has a page of its own alone. `tells_sides`: of a comparison it has rows of both.
    """

    name: str
    title: str
    why_empty: str
    columns: tuple[Column, ...]
    relation: str
    order: Order
    links: bool = False
    compares: bool = False
    makes_rules: bool = False
    apart: bool = False
    tells_sides: bool = False

    @property
    def grouped(self) -> str:
        """What its rows are grouped by, where its title says so."""
        return self.title.rpartition(", ")[2]

    @property
    def cells(self) -> list[list[Column]]:
        """The columns of each cell of a page."""
        found: list[list[Column]] = []
        for one in self.columns:
            if one.under and found:
                found[-1].append(one)
            else:
                found.append([one])
        return found


AT: Final = Column("written_at", "Time (local)", "time")
WHERE: Final = (Column("system", "System"), Column("stack", "Stack", under=True))
WHO: Final = (
    Column("connection", "Connection", "connection"),
    Column("local", "Local", "mono"),
    Column("remote", "Remote", "mono", under=True),
    Column("job", "Job"),
    Column("user", "User", under=True),
)
PROTECTION: Final = Column("protection", "Protection", "words")
RULES: Final = Column("rules", "Rules", "words")
SERVER: Final = (
    *WHERE,
    Column("job", "Job"),
    Column("role", "Serves"),
    Column("server", "Server", "mono", under=True),
)
RULE: Final = (
    Column("protocol", "Protocol"),
    Column("rule_set", "Rule set"),
    Column("version", "Version", under=True),
    Column("rule", "Rule"),
    Column("kind", "Kind"),
    Column("action", "Action"),
)
COUNTS: Final = (
    Column("evaluations", "Evaluations", "number"),
    Column("syslog", "Syslogd", "number"),
    Column("console", "Console", "number"),
    Column("suppressed", "Held back", "number"),
)
ROLES: Final[Mapping[str, str]] = {"Inbound": "server", "Outbound": "client", "": "not known"}
