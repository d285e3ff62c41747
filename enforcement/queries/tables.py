"""The tables of a run: what they are about, which rows they have, page after page."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause
from enforcement.queries.columns import KEY_KINDS, quoted
from web.csv_stream import text_cell
from web.paging import Cut, Order, SortKey, cut

_FALLING: Final = Order(
    "-connections", (SortKey("connections", "bigint"), SortKey("first", "bigint"))
)
_SERVER: Final = ("sysplex", "system", "stack", "server_ip", "port_start", "port_end", "job")
_RULE: Final = ("rule_set", "rule", "kind", "action")
_VERDICT, _UNMET = "enforcement_verdict", "enforcement_unmetrule"
_FALLS_THROUGH: Final = "kind IN ('catch-all', 'no rule')"
_NO_FOLLOW_UP: Final = "Every session met a general or a specific rule."
_NO_SESSION: Final = "No session of these days is checked against these rule sets."
_NO_RESET: Final = "No reset would have happened."
SUMS: Final[Mapping[str, tuple[str, ...]]] = {
    _VERDICT: ("sessions", "connections", "servers", "session"),
    _UNMET: ("sessions", "connections", "session"),
}
"""The columns of a row behind its keys; `session` is an example, null where there is none."""
_SQL: Final = {
    "sessions": "sum(sessions)::bigint",
    "connections": "sum(connections)::bigint",
    "servers": "count(DISTINCT server)",
    "session": "min(session)",
}


@dataclass(frozen=True, slots=True)
class Table:
    """`keys` are the columns that rows are told apart by; each row of the source is in one."""

    name: str
    title: str
    keys: tuple[str, ...]
    where: str = "TRUE"
    why_empty: str = ""
    source: str = _VERDICT

    @property
    def grouped(self) -> str:
        """What its rows are grouped by, where its title says so."""
        return self.title.rpartition(", ")[2]

    @property
    def columns(self) -> tuple[str, ...]:
        """Keys and sums, without what only sorts."""
        return (*(key for key in self.keys if key not in _HIDDEN), *SUMS[self.source])

    @property
    def shows_protocol(self) -> bool:
        """Whether a page needs it: a protection says its protocol itself."""
        return "protocol" in self.keys and "protection" not in self.keys

    @property
    def counts(self) -> bool:
        """Whether its rows are of several servers."""
        return self.source == _VERDICT and "server_ip" not in self.keys

    @property
    def has_example(self) -> bool:
        """Whether the example of a row says something about the whole of it."""
        return not self.counts or self.makes_rules

    @property
    def makes_rules(self) -> bool:
        """Whether its rows ask for specific rules."""
        return self.where == _FALLS_THROUGH


_HIDDEN: Final = frozenset({"place", "taker_place"})
TABLES: Final[Mapping[str, Table]] = {
    one.name: one
    for one in (
        Table(
            "verdicts",
            "All verdicts",
            (
                *(*_SERVER, "role", "user", "protocol", "protection", "strength", *_RULE),
                *("other_rule_set", "other_rule", "other_kind", "other_action"),
            ),
            why_empty=_NO_SESSION,
        ),
        Table(
            "rules",
            "Verdicts by rule",
            ("protocol", "version", "place", *_RULE),
            why_empty=_NO_SESSION,
        ),
        Table("actions", "Verdicts by action", ("action",), why_empty=_NO_SESSION),
        Table(
            "follow-up",
            "What falls through to the end",
            (*_SERVER, "protocol", "protection", "strength", "rule_set", "kind", "action"),
            _FALLS_THROUGH,
            _NO_FOLLOW_UP,
        ),
        Table(
            "follow-up-jobs",
            "What falls through, by job",
            ("job", "protocol", "rule_set"),
            _FALLS_THROUGH,
            _NO_FOLLOW_UP,
        ),
        Table(
            "follow-up-protections",
            "What falls through, by protection",
            ("protocol", "protection", "strength", "rule_set"),
            _FALLS_THROUGH,
            _NO_FOLLOW_UP,
        ),
        Table(
            "undecided",
            "Undecided: the record names a range of ports",
            (*_SERVER, "protocol", "protection"),
            "kind = 'undecided'",
            "The rule of every session is certain.",
        ),
        Table(
            "reset-servers",
            "Servers that a reset would have cut",
            (*_SERVER, "rule_set", "rule", "kind"),
            "resets",
            _NO_RESET,
        ),
        Table("reset-jobs", "Jobs that a reset would have cut", ("job",), "resets", _NO_RESET),
        Table("reset-users", "Users that a reset would have cut", ("user",), "resets", _NO_RESET),
        Table(
            "unused",
            "Rules that met nothing",
            ("protocol", "version", "place", *_RULE),
            why_empty="Every rule met at least one session.",
            source=_UNMET,
        ),
        Table(
            "shadowed",
            "Rules that others leave nothing for",
            (
                *("protocol", "version", "place", *_RULE, "finding"),
                *("taker_place", "taker", "taker_kind", "taker_action"),
            ),
            "taker <> '' OR finding <> ''",
            "No rule that met nothing stands behind another that took its sessions.",
            _UNMET,
        ),
        Table(
            "changes",
            "Sessions whose verdict changes",
            (
                *(*_SERVER, "protocol", "protection", *_RULE),
                *("other_rule_set", "other_rule", "other_kind", "other_action"),
            ),
            "changed",
            "Both say the same about every session of these days.",
        ),
    )
}


def page(run_id: int, table: Table, *, after: str | None, limit: int) -> Cut[dict[str, Any]]:
    """Return rows of a table, most connections first. Raises PageKeyError."""
    place = _FALLING.place(after)
    rows = _rows(run_id, table)
    sql = f"SELECT * FROM ({rows.sql}) r WHERE {place.condition} ORDER BY {place.sql} LIMIT %s"
    found = fetch(Clause(sql, (*rows.params, *place.params, limit + 1)))
    return cut(
        found,
        place,
        order=_FALLING,
        limit=limit,
        key=lambda row: (row["connections"], row["first"]),
    )


def top(run_id: int, table: Table, *, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return the first rows of a table, and how many there are."""
    rows = _rows(run_id, table)
    sql = f"""SELECT r.*, count(*) OVER () AS total FROM ({rows.sql}) r
        ORDER BY {_FALLING.sql} LIMIT %s"""
    found = fetch(Clause(sql, (*rows.params, limit)))
    return found, found[0]["total"] if found else 0


def count(run_id: int, table: Table) -> int:
    """Return how many rows a table has."""
    rows = _rows(run_id, table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({rows.sql}) r", rows.params)
        return int(cursor.fetchone()[0])


def whole(run_id: int, table: Table, *, plain: bool = False) -> Clause:
    """Return the statement of all rows for a CSV file, or with `plain` values as they are."""
    rows = _rows(run_id, table)
    columns = [
        f"{text_cell(quoted(name))} AS {quoted(name)}"
        if KEY_KINDS.get(name) is str and not plain
        else quoted(name)
        for name in table.columns
    ]
    sql = f"SELECT {', '.join(columns)} FROM ({rows.sql}) r ORDER BY {_FALLING.sql}"
    return Clause(sql, rows.params)


def _rows(run_id: int, table: Table) -> Clause:
    keys = ", ".join(map(quoted, table.keys))
    sums = ", ".join(f"{_SQL[name]} AS {name}" for name in SUMS[table.source])
    sql = f"""SELECT {keys}, {sums}, min(id) AS first FROM {table.source}
        WHERE run_id = %s AND ({table.where}) GROUP BY {keys}"""
    return Clause(sql, (run_id,))
