"""What the store holds: rows, span of time, partitions with their sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from analyzer.queries.pages import fetch
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
_SIZE: Final = "SELECT pg_database_size(current_database()) AS size_bytes"
_SPAN: Final = """
    SELECT (SELECT interval_end FROM analyzer_activity ORDER BY interval_end LIMIT 1) AS earliest,
        (SELECT interval_end FROM analyzer_activity ORDER BY interval_end DESC LIMIT 1) AS latest"""

# Exact numbers; interval records are counted in the roll-up, which has fewer rows.
_COUNTS: Final = """
    SELECT (SELECT coalesce(sum(intervals), 0) FROM analyzer_daily_activity)::bigint
            AS interval_records,
        (SELECT count(*) FROM analyzer_connection_event) AS connection_records,
        (SELECT count(*) FROM analyzer_securitysession) AS security_sessions,
        (SELECT count(*) FROM analyzer_protection) AS protections,
        (SELECT count(*) FROM analyzer_import) AS imports,
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
    security_sessions: int | None = None
    protections: int | None = None
    imports: int | None = None
    days: int | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    size_bytes: int | None = None
    partitions: Sequence[Partition] = ()
    cut: str = ""


def summary() -> Summary:
    """Return what the database page shows."""
    found: dict[str, Any] = {}
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            parts = fetch(Clause(_PARTITIONS, (list(_BIG_TABLES),)))
            found["partitions"] = [Partition(**part) for part in parts]
            for sql in (_SIZE, _SPAN, _COUNTS):
                found |= fetch(Clause(sql))[0]
    except OutOfTimeError:
        cut = f"Counting took longer than {limit_s:g} s and was stopped; what is missing is shown"
        return Summary(**found, cut=f"{cut} as a dash.")
    return Summary(**found)
