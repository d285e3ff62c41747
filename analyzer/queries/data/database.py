"""What the store holds: rows, span of time, partitions with their sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from analyzer.queries.blocks.cover import EVERYTHING
from analyzer.queries.pages import fetch, fetch_kept
from analyzer.queries.terms.term import Clause
from web.budget import OutOfTimeError, read_budget

_BIG_TABLES: Final = (
    "analyzer_activity",
    "analyzer_daily_activity",
    "analyzer_connection_event",
)
# Counted rows of the last ANALYZE; before the first one only the pages are known.
_PARTITIONS: Final = """
    SELECT parent.relname AS "table", part.relname AS name,
        greatest(part.reltuples, s.n_live_tup, 0)::bigint AS rows,
        pg_total_relation_size(part.oid) AS size_bytes
    FROM pg_inherits i
    JOIN pg_class parent ON parent.oid = i.inhparent
    JOIN pg_class part ON part.oid = i.inhrelid
    LEFT JOIN pg_stat_user_tables s ON s.relid = part.oid
    WHERE parent.relname = ANY(%s) AND parent.relkind = 'p' AND part.relkind = 'r'
    ORDER BY parent.relname, part.relname DESC"""
_BY_DAY: Final = frozenset({"analyzer_activity", "analyzer_connection_event"})
_FEW: Final = 1_000_000
"""Connection records are counted up to here; beyond, the database's own estimate must do."""

_CONNECTIONS: Final = "SELECT count(*) AS connection_records FROM analyzer_connection_event"
_SIZE: Final = "SELECT pg_database_size(current_database()) AS size_bytes"
_IMPORTS: Final = "SELECT count(*) AS imports FROM analyzer_import"
_SPAN: Final = """
    SELECT (SELECT interval_end FROM analyzer_activity ORDER BY interval_end LIMIT 1) AS earliest,
        (SELECT interval_end FROM analyzer_activity ORDER BY interval_end DESC LIMIT 1) AS latest"""

# Exact numbers; interval records are counted in the roll-ups, which have fewer rows.
_COUNTS: Final = """
    SELECT (SELECT coalesce(sum(d.intervals), 0) FROM ({rows}) d)::bigint AS interval_records,
        (SELECT count(*) FROM analyzer_securitysession) AS security_sessions,
        (SELECT count(*) FROM analyzer_protection) AS protections,
        (SELECT count(DISTINCT day) FROM analyzer_stackday) AS days"""


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition; `rows` is the database's own estimate."""

    table: str
    name: str
    rows: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The store in figures; times are local times of the systems.

    `cut` is one sentence when the time limit was reached; figures that are missing are None then.
    """

    interval_records: int | None = None
    connection_records: int | None = None
    connections_about: bool = False
    security_sessions: int | None = None
    protections: int | None = None
    imports: int | None = None
    days: int | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    size_bytes: int | None = None
    partitions: Sequence[Partition] = ()
    cut: str = ""

    @property
    def by_day(self) -> list[tuple[str, int]]:
        """The partitions of records, whose names end with their day, with their sizes."""
        return [(one.name, one.size_bytes) for one in self.partitions if one.table in _BY_DAY]


def summary() -> Summary:
    """Return what the database page shows."""
    found: dict[str, Any] = {}
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            parts = fetch(Clause(_PARTITIONS, (list(_BIG_TABLES),)))
            found["partitions"] = [Partition(**part) for part in parts]
            counts = Clause(_COUNTS.format(rows=EVERYTHING.sql), EVERYTHING.params)
            found |= _connections(found["partitions"])
            for sql in (_SIZE, _SPAN, _IMPORTS):
                found |= fetch(Clause(sql))[0]
            found |= fetch_kept(counts)[0]
    except OutOfTimeError:
        cut = f"Counting took longer than {limit_s:g} s and was stopped; what is missing is shown"
        return Summary(**found, cut=f"{cut} as a dash.")
    return Summary(**found)


def _connections(partitions: Sequence[Partition]) -> dict[str, Any]:
    """How many connection records there are: counted, or about where that would take long."""
    about = sum(part.rows for part in partitions if part.table == "analyzer_connection_event")
    if about > _FEW:
        return {"connection_records": about, "connections_about": True}
    return fetch(Clause(_CONNECTIONS))[0]
