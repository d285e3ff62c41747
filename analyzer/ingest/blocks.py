"""Makes blocks, the roll-ups above the daily one, and takes them away (docs/adr/0007-blocks.md).

Loading only takes away the blocks that hold its days. They are made again when an import has
ended, smaller ones first, for larger ones are summed from them. Each is announced under the load
lock before it is summed: a transaction that began before is in the sum, one that begins later finds
the block and takes it away, also when it is not ready yet.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from analyzer.models import Block, Import
from analyzer.queries.blocks.columns import PACKED
from analyzer.queries.blocks.cover import COUNTED, of_span
from analyzer.queries.days import latest_day

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

LOCK_LOAD: Final = 1_193_002
"""Held by a transaction that adds or removes rows of days, from before it does so."""
_LOCK_BUILD: Final = 1_193_003
SIZES: Final = (1, 4, 16, 64, 256)
"""Days of a block. The smallest is kept as columns, the others as a row for each session."""
USUAL: Final = (7, 30, 90)
"""Days of the periods that most people ask for: up to the latest day, and as many before."""
_FORGET_SPAN: Final = "DELETE FROM analyzer_block WHERE begins < %s AND ends > %s"
_FORGET: Final = """
    DELETE FROM analyzer_block b USING unnest(%s::date[]) AS day
    WHERE b.begins <= day AND day < b.ends"""
# Blocks begin at days whose number, counted from 1970, their length divides. One whose days all lie
# in one of its quarters would be a copy of that.
_ANNOUNCE: Final = """
    INSERT INTO analyzer_block (days, begins, ends, is_ready)
    SELECT %(days)s, begins, begins + %(days)s, FALSE
    FROM (SELECT day, day - mod(%(days)s + mod(day - date '1970-01-01', %(days)s), %(days)s)
            AS begins FROM analyzer_stackday) d
    GROUP BY begins HAVING %(days)s = 1 OR count(DISTINCT (day - begins) / %(quarter)s) > 1
    ON CONFLICT DO NOTHING RETURNING id, begins, ends - 1"""
_WANTED: Final = """
    SELECT days::smallint, (%(latest)s::date - days * (before + 1) + 1) AS begins,
        (%(latest)s::date - days * before + 1) AS ends
    FROM unnest(%(usual)s) days, generate_series(0, 1) before"""
_DROP_UNUSUAL: Final = f"""
    DELETE FROM analyzer_block b WHERE days = ANY(%(usual)s)
        AND NOT EXISTS (SELECT FROM ({_WANTED}) w WHERE w.days = b.days AND w.begins = b.begins)"""
_ANNOUNCE_USUAL: Final = f"""
    INSERT INTO analyzer_block (days, begins, ends, is_ready)
    SELECT days, begins, ends, FALSE FROM ({_WANTED}) w
    WHERE (SELECT count(DISTINCT day) FROM analyzer_stackday
        WHERE day >= begins AND day < ends) > 1
    ON CONFLICT DO NOTHING RETURNING id, begins, ends - 1"""
_SUMS: Final = ", ".join(f"analyzer_total(d.{name})" for name in COUNTED)
_FILL: Final = f"""
    INSERT INTO analyzer_block_activity
        (block_id, session_id, {", ".join(COUNTED)}, first_end, last_end)
    SELECT %s, d.session_id, {_SUMS}, min(d.first_end), max(d.last_end)
    FROM ({{span}}) d GROUP BY d.session_id ORDER BY d.session_id"""
_FILL_COLUMNS: Final = f"""
    INSERT INTO analyzer_block_columns (block_id, sessions, connections, failed)
    SELECT %s, {PACKED}
    FROM (SELECT session_id, connections, failed FROM analyzer_daily_activity
        WHERE day = %s ORDER BY session_id) d HAVING count(*) > 0"""
_READY: Final = """
    UPDATE analyzer_block SET is_ready = TRUE, first_day = d.first_day, last_day = d.last_day
    FROM (SELECT min(day) AS first_day, max(day) AS last_day FROM analyzer_daily_activity
        WHERE day BETWEEN %s AND %s) d
    WHERE id = %s AND d.first_day IS NOT NULL"""
# The keys that a table has are found one by one: there are few, each with many rows.
_SWEEP: Final = tuple(
    f"""WITH RECURSIVE kept AS (
        SELECT min(block_id) AS id FROM {table}
        UNION ALL SELECT (SELECT min(block_id) FROM {table} WHERE block_id > kept.id)
        FROM kept WHERE kept.id IS NOT NULL)
    DELETE FROM {table} WHERE block_id = ANY(ARRAY(
        SELECT id FROM kept
        WHERE NOT EXISTS (SELECT FROM analyzer_block b WHERE b.id = kept.id)))"""
    for table in ("analyzer_block_activity", "analyzer_block_columns")
)

_MOST_CHANGES: Final = 500
# Changes that were noted become one, with a number that none of them had (ADR 11).
_ONE_CHANGE: Final = """
    WITH gone AS (DELETE FROM analyzer_change
        WHERE (SELECT count(*) FROM analyzer_change) > %s RETURNING id)
    INSERT INTO analyzer_change OVERRIDING SYSTEM VALUE
    SELECT nextval(pg_get_serial_sequence('analyzer_change', 'id')) FROM gone LIMIT 1"""


def forget(cursor: CursorWrapper, days: Collection[date]) -> None:
    """Take away the blocks that hold the days, in the transaction that changes rows of them.

    Call it before the first change: it takes the load lock, which keeps others from loading.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_LOAD])
    cursor.execute(_FORGET, [list(days)])


def forget_span(cursor: CursorWrapper, first: date, end: date) -> None:
    """Do the same for all days from `first` to before `end`."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_LOAD])
    cursor.execute(_FORGET_SPAN, [end, first])


def build() -> int:
    """Make all blocks that are missing, and return how many; none while another process does."""
    with _alone() as is_ours:
        if not is_ours:
            return 0
        Block.objects.filter(is_ready=False).delete()  # of a process that was lost
        made = sum(_fill(*found) for days in SIZES for found in _announce(days))
        made += sum(_fill(*found) for found in _announce_usual())
        if made:
            _sweep()
        with connection.cursor() as cursor:
            cursor.execute(_ONE_CHANGE, [_MOST_CHANGES])
        return made


def build_if_idle() -> int:
    """The same when no import is at work: one that is builds at its end what it would undo now."""
    return 0 if Import.objects.filter(state=Import.State.ACTIVE).exists() else build()


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK_BUILD])
        is_ours = bool(cursor.fetchone()[0])
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK_BUILD])


def _announce(days: int) -> list[tuple[int, date, date]]:
    """Enter the missing blocks of a size: key, first and last day."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_LOAD])
        cursor.execute(_ANNOUNCE, {"days": days, "quarter": max(days // 4, 1)})
        return list(cursor.fetchall())


def _announce_usual() -> list[tuple[int, date, date]]:
    """Do the same for the usual periods, and drop those that end before the latest day."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_LOAD])
        asked = {"latest": latest_day(), "usual": list(USUAL)}
        cursor.execute(_DROP_UNUSUAL, asked)
        cursor.execute(_ANNOUNCE_USUAL, asked)
        return list(cursor.fetchall())


def _fill(pk: int, first: date, last: date) -> bool:
    """Sum a block; False when its days were changed meanwhile: then nothing of it stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        if first == last:
            cursor.execute(_FILL_COLUMNS, [pk, first])
        else:
            span = of_span(first, last)
            cursor.execute(_FILL.format(span=span.sql), [pk, *span.params])
        cursor.execute(_READY, [first, last, pk])
        is_ready: bool = cursor.rowcount == 1
        transaction.set_rollback(not is_ready)
    return is_ready


def _sweep() -> None:
    """Remove sums of blocks that are gone, and tell the planner what is there."""
    with connection.cursor() as cursor:
        for statement in _SWEEP:
            cursor.execute(statement)
        cursor.execute("ANALYZE analyzer_block, analyzer_block_activity, analyzer_block_columns")
