"""What the store holds: rows, span of time, partitions with their sizes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from analyzer.models import Import, Protection, SecuritySession, StackDay
from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause

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
_SPAN: Final = """
    SELECT (SELECT interval_end FROM analyzer_activity ORDER BY interval_end LIMIT 1) AS earliest,
        (SELECT interval_end FROM analyzer_activity ORDER BY interval_end DESC LIMIT 1) AS latest"""


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition; `rows` is the database's own estimate."""

    table: str
    name: str
    rows: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The store in figures; times are local times of the systems."""

    interval_records: int
    connection_records: int
    security_sessions: int
    protections: int
    imports: int
    days: int
    earliest: datetime | None
    latest: datetime | None
    size_bytes: int
    partitions: list[Partition]


def summary() -> Summary:
    """Return what the database page shows."""
    rows = fetch(Clause(_PARTITIONS, (list(_BIG_TABLES),)))
    span = fetch(Clause(_SPAN))[0]
    size = fetch(Clause("SELECT pg_database_size(current_database()) AS size"))[0]["size"]
    records = _records()
    return Summary(
        interval_records=records["intervals"],
        connection_records=records["connections"],
        security_sessions=SecuritySession.objects.count(),
        protections=Protection.objects.count(),
        imports=Import.objects.count(),
        days=StackDay.objects.values("day").distinct().count(),
        earliest=span["earliest"],
        latest=span["latest"],
        size_bytes=size,
        partitions=[Partition(**row) for row in rows],
    )


def _records() -> dict[str, int]:
    """Exact numbers: interval records from the roll-up, connection records by counting."""
    sql = """SELECT (SELECT coalesce(sum(intervals), 0) FROM analyzer_daily_activity) AS intervals,
        (SELECT count(*) FROM analyzer_connection_event) AS connections"""
    return {name: int(number) for name, number in fetch(Clause(sql))[0].items()}
