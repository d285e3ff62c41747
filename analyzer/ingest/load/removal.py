"""Interval and connection records out of the store, with all that is summed from them.

`remove` is the only way in which rows of Activity and of the roll-up leave the store: whatever is
derived from them is brought up to date there, in the same transaction. The caller holds the lock of
the loader (`locked`), so that no batch is looked up or stored meanwhile.
"""

# ruff: noqa: S608 -- every part is a constant of this module; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from psycopg import sql

from analyzer.ingest.blocks import LOCK_LOAD, forget_span
from analyzer.ingest.load import activity, connections
from analyzer.ingest.load.intervals import DAY_MOST, SUMS
from analyzer.ingest.load.partitions import DAILY, LOCK_PARTITIONS, Span, span_of

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

LOCK_WAIT_S: Final = 3
"""A partition goes only when no report reads its table; whoever asks meanwhile waits behind us."""

_TIMES: Final = {activity.TABLE: "interval_end", DAILY: "day", connections.TABLE: "written_at"}
_PARTS: Final = """
    SELECT c.oid::regclass::text, pg_get_expr(c.relpartbound, c.oid), pg_total_relation_size(c.oid)
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = %s::regclass"""
_OF_STACKS: Final = """IN (SELECT s.id FROM analyzer_securitysession s
    JOIN analyzer_server v ON v.id = s.server_id WHERE v.stack_id = ANY(%s))"""
_SUM_ANEW: Final = f"""
    INSERT INTO analyzer_daily_activity (day, session_id, intervals, restarts,
        {", ".join(SUMS)}, failed, first_end, last_end)
    SELECT %(day)s::date, a.session_id, count(*), count(*) FILTER (WHERE a.restarted),
        {", ".join(f"least(sum(a.{name}), {DAY_MOST})" for name in SUMS)},
        least(sum(a.failed), {DAY_MOST}), min(a.interval_end), max(a.interval_end)
    FROM analyzer_activity a
    WHERE a.interval_end >= %(day)s AND a.interval_end < %(end)s AND a.session_id = ANY(%(ids)s)
    GROUP BY a.session_id"""
_LAST_SWITCH: Final = """NOT EXISTS (SELECT FROM analyzer_coverageevent n
    WHERE n.stack_id = e.stack_id AND split_part(n.kind, '_', 1) = split_part(e.kind, '_', 1)
        AND n.at > e.at AND n.at < %s)"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose records go: of some stacks, of one import, or with neither of all."""

    stacks: Sequence[int] | None = None
    imported: int | None = None

    @property
    def is_all(self) -> bool:
        return self.stacks is None and self.imported is None


@dataclass(frozen=True, slots=True)
class Removed:
    """What went; `dropped` are partitions, which running imports may know by heart."""

    intervals: int = 0
    connections: int = 0
    freed_bytes: int = 0
    dropped: int = 0


@contextmanager
def locked() -> Iterator[CursorWrapper]:
    """A transaction in which no import stores a batch or makes a partition."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_LOAD])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_PARTITIONS])
        yield cursor


def remove(cursor: CursorWrapper, span: Span, chosen: Chosen, *, drop: bool = True) -> Removed:
    """Remove the records of these local days; partitions go as a whole where all of them goes."""
    forget_span(cursor, span.first, span.end)
    if chosen.is_all:
        found = _remove_all(cursor, span, drop=drop)
    else:
        found = _remove_some(cursor, span, chosen)
    _forget_days(cursor, span, chosen)
    return found


def forget_switches(
    cursor: CursorWrapper, stacks: Sequence[int], first: date | None, last: date | None
) -> None:
    """Remove the notes of zERT switched on and off in a span; the last one, which says how things
    stand in the days behind it, stays as long as the span has an end.
    """
    end = (last + timedelta(days=1)) if last else date.max
    cursor.execute(
        f"""DELETE FROM analyzer_coverageevent e WHERE e.stack_id = ANY(%s)
            AND e.at >= %s AND e.at < %s AND (%s OR NOT ({_LAST_SWITCH}))""",
        [list(stacks), first or date.min, end, last is None, end],
    )


def _remove_all(cursor: CursorWrapper, span: Span, *, drop: bool) -> Removed:
    cursor.execute(
        f"SELECT coalesce(sum(intervals), 0)::bigint FROM {DAILY} WHERE day >= %s AND day < %s",
        [span.first, span.end],
    )
    (intervals,) = cursor.fetchone()
    cursor.execute(
        f"SELECT count(*) FROM {connections.TABLE} WHERE written_at >= %s AND written_at < %s",
        [span.first, span.end],
    )
    (records,) = cursor.fetchone()
    freed, dropped = 0, 0
    for table in _TIMES:
        parts = [part for part in _parts(cursor, table) if drop and _is_in(part[1], span)]
        _drop(cursor, [name for name, _, _ in parts])
        freed, dropped = freed + sum(size for _, _, size in parts), dropped + len(parts)
        if _days_of([part[1] for part in parts]) < (span.end - span.first).days:
            _delete(cursor, table, span)
    return Removed(intervals, records, freed, dropped)


def _remove_some(cursor: CursorWrapper, span: Span, chosen: Chosen) -> Removed:
    if chosen.imported is not None:
        return _remove_import(cursor, span, chosen.imported)
    of_stacks = [list(chosen.stacks or ())]
    intervals = _delete(cursor, activity.TABLE, span, f"session_id {_OF_STACKS}", of_stacks)
    _delete(cursor, DAILY, span, f"session_id {_OF_STACKS}", of_stacks)
    records = _delete(cursor, connections.TABLE, span, "stack_id = ANY(%s)", of_stacks)
    return Removed(intervals, records)


def _remove_import(cursor: CursorWrapper, span: Span, imported: int) -> Removed:
    """Its records of one day; sums of the sessions concerned are made anew from what stays."""
    time = _TIMES[activity.TABLE]
    cursor.execute(
        f"""WITH gone AS (DELETE FROM {activity.TABLE} WHERE {time} >= %s AND {time} < %s
            AND imported_id = %s RETURNING session_id)
            SELECT session_id, count(*) FROM gone GROUP BY session_id""",
        [span.first, span.end, imported],
    )
    found = dict(cursor.fetchall())
    records = _delete(cursor, connections.TABLE, span, "imported_id = %s", [imported])
    if found:
        ids = list(found)
        _delete(cursor, DAILY, span, "session_id = ANY(%s)", [ids])
        cursor.execute(_SUM_ANEW, {"day": span.first, "end": span.end, "ids": ids})
    return Removed(sum(found.values()), records)


def _forget_days(cursor: CursorWrapper, span: Span, chosen: Chosen) -> None:
    """Stacks have no data of these days any more, but where records of others are left."""
    if chosen.stacks is not None:
        condition, values = "d.stack_id = ANY(%s)", [list(chosen.stacks)]
    elif chosen.imported is None:
        condition, values = "TRUE", []
    else:
        condition, values = (
            f"""NOT EXISTS (SELECT FROM {DAILY} a JOIN analyzer_securitysession s
                ON s.id = a.session_id JOIN analyzer_server v ON v.id = s.server_id
                WHERE a.day = d.day AND v.stack_id = d.stack_id)""",
            [],
        )
    cursor.execute(
        f"DELETE FROM analyzer_stackday d WHERE d.day >= %s AND d.day < %s AND {condition}",
        [span.first, span.end, *values],
    )


def _delete(
    cursor: CursorWrapper,
    table: str,
    span: Span,
    condition: str = "TRUE",
    values: Iterable[Any] = (),
) -> int:
    time = _TIMES[table]
    cursor.execute(
        f"DELETE FROM {table} WHERE {time} >= %s AND {time} < %s AND {condition}",
        [span.first, span.end, *values],
    )
    return int(cursor.rowcount)


def _drop(cursor: CursorWrapper, names: Sequence[str]) -> None:
    if names:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT_S}s'")
        tables = sql.SQL(", ").join(map(sql.Identifier, names))
        cursor.execute(sql.SQL("DROP TABLE {}").format(tables))
        cursor.execute("SET LOCAL lock_timeout = 0")


def _parts(cursor: CursorWrapper, table: str) -> list[tuple[str, Span, int]]:
    """Name, days and size of each partition."""
    cursor.execute(_PARTS, [table])
    return [
        (name, span, size) for name, bound, size in cursor.fetchall() if (span := span_of(bound))
    ]


def _is_in(part: Span, span: Span) -> bool:
    return span.first <= part.first and part.end <= span.end


def _days_of(spans: Iterable[Span]) -> int:
    return sum((span.end - span.first).days for span in spans)
