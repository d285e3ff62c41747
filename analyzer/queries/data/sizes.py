"""How big the store is, by what it holds and by system; fast, from statistics and roll-ups."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings

from analyzer.models import StoredFile
from analyzer.queries.blocks.cover import EVERYTHING
from analyzer.queries.pages import fetch, fetch_kept
from analyzer.queries.terms.term import Clause
from web.budget import OutOfTimeError, read_budget

GROWTH_DAYS: Final = 30
# Table -> what it holds; partitions count with their table.
FAMILIES: Final = {
    "analyzer_activity": "Interval records",
    "analyzer_daily_activity": "Roll-up by day",
    "analyzer_connection_event": "Connection records",
    "analyzer_securitysession": "Security sessions",
    "analyzer_server": "Servers",
    "analyzer_protection": "Protections",
    "analyzer_certificate": "Certificates",
    "analyzer_reject": "Rejected records",
}
# The planner's counts: of the last ANALYZE, or what came since where that is more.
_FAMILIES: Final = """
    SELECT coalesce(parent.relname, c.relname) AS name,
        sum(greatest(c.reltuples, s.n_live_tup, 0))::bigint AS rows,
        sum(pg_total_relation_size(c.oid))::bigint AS size_bytes
    FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
    LEFT JOIN pg_class parent ON parent.oid = i.inhparent
    LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
    WHERE c.relkind = 'r' AND coalesce(parent.relname, c.relname) = ANY(%s)
        AND c.relnamespace = 'public'::regnamespace
    GROUP BY 1"""
_SYSTEMS: Final = f"""
    SELECT y.id, y.sysplex || ' ' || y.system AS name, d.first_day, d.last_day,
        coalesce(d.days, 0) AS days,
        coalesce(r.intervals, 0)::bigint AS intervals
    FROM analyzer_systemsettings y
    LEFT JOIN (SELECT st.settings_id, min(c.day) AS first_day, max(c.day) AS last_day,
            count(DISTINCT c.day) AS days
        FROM analyzer_stackday c JOIN analyzer_stack st ON st.id = c.stack_id
        GROUP BY st.settings_id) d ON d.settings_id = y.id
    LEFT JOIN (SELECT st.settings_id, sum(x.intervals)::bigint AS intervals
        FROM (SELECT d.session_id, analyzer_total(d.intervals) AS intervals
            FROM ({EVERYTHING.sql}) d GROUP BY d.session_id) x
        JOIN analyzer_securitysession s ON s.id = x.session_id
        JOIN analyzer_server v ON v.id = s.server_id
        JOIN analyzer_stack st ON st.id = v.stack_id
        GROUP BY st.settings_id) r ON r.settings_id = y.id
    ORDER BY y.sysplex, y.system"""


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of rows; `rows` is the database's own estimate."""

    words: str
    rows: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class OfSystem:
    """What the store holds of a system; `intervals` is exact."""

    id: int
    name: str
    first_day: date | None
    last_day: date | None
    days: int
    intervals: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """`cut` is one sentence when the time limit was reached; what is missing is left out then."""

    families: Sequence[Family] = ()
    systems: Sequence[OfSystem] = ()
    files: int = 0
    files_bytes: int = 0
    free_bytes: int | None = None
    cut: str = ""


def sizes() -> Sizes:
    """Return both lists, the stored dumps, and the room that is left beside them."""
    stored = StoredFile.objects.filter(dropped_at=None).values_list("size_bytes", flat=True)
    found: dict[str, Any] = {
        "files": len(stored),
        "files_bytes": sum(stored),
        "free_bytes": _free_bytes(),
    }
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            found["families"] = _families(fetch(Clause(_FAMILIES, (list(FAMILIES),))))
            found["systems"] = [
                OfSystem(**row) for row in fetch_kept(Clause(_SYSTEMS, EVERYTHING.params))
            ]
    except OutOfTimeError:
        cut = f"Counting by system took longer than {limit_s:g} s and was stopped."
        return Sizes(**found, cut=cut)
    return Sizes(**found)


def growth_bytes(days: Iterable[tuple[str, int]]) -> int | None:
    """Bytes that a day of records takes: the mean of the latest days, by their partitions.

    `days` are names of partitions, which end with the day, and their sizes.
    """
    by_day: dict[str, int] = {}
    for name, size in days:
        by_day[name[-8:]] = by_day.get(name[-8:], 0) + size
    latest = [by_day[day] for day in sorted(by_day)[-GROWTH_DAYS:]]
    return sum(latest) // len(latest) if latest else None


def _families(rows: Sequence[dict[str, Any]]) -> list[Family]:
    found = {row["name"]: row for row in rows}
    empty = {"rows": 0, "size_bytes": 0}
    return [
        Family(words, found.get(name, empty)["rows"], found.get(name, empty)["size_bytes"])
        for name, words in FAMILIES.items()
    ]


def _free_bytes() -> int | None:
    try:
        return shutil.disk_usage(settings.UPLOADS).free
    except OSError:
        return None
