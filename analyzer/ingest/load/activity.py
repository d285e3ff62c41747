"""Interval records: what the store has already is dropped, the rest goes straight to its table.

Only rows whose time the store has at all can be there already; the keys of those are staged and
looked up. A dump that brings new intervals therefore costs one COPY and no join.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyzer.ingest import blocks
from analyzer.ingest.load import bulk
from analyzer.ingest.load.intervals import DAY_KINDS, DAY_MOST, KINDS, SUMS, Intervals
from analyzer.ingest.load.partitions import days_of
from analyzer.ingest.load.rows import Column, pack

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from numpy.typing import NDArray

TABLE = "analyzer_activity"
_STAGED_KEY = {
    "interval_end": "timestamp",
    "session_id": "bigint",
    "fingerprint": "bigint",
    "place": "bigint",
}
_MANY_TIMES = 5_000  # from here on, asking for each time costs more than staging all keys

# Both look-ups must go through the primary key, one by one: statistics are absent or of yesterday,
# and a join that begins at the other end takes minutes; the LIMIT forbids it. Both name the span of
# the batch, so that only partitions of those days are planned for and locked.
_PLAN = (
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;"
    " SET LOCAL enable_mergejoin = off"
)
_USUAL_PLAN = (
    "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on"
)
_OCCUPIED = """
    SELECT t FROM unnest(%s::timestamp[]) AS t, LATERAL (
        SELECT 1 FROM analyzer_activity a
        WHERE a.interval_end = t AND a.interval_end BETWEEN %s AND %s LIMIT 1) AS present"""
_KNOWN = """
    SELECT k.place FROM staged_key k, LATERAL (
        SELECT 1 FROM analyzer_activity a
        WHERE (a.interval_end, a.session_id, a.fingerprint)
            = (k.interval_end, k.session_id, k.fingerprint)
            AND a.interval_end BETWEEN %s AND %s LIMIT 1) AS present"""
_ROLL_UP = f"""
    INSERT INTO analyzer_daily_activity AS d ({", ".join(DAY_KINDS)})
    SELECT {", ".join(DAY_KINDS)} FROM staged_day
    ON CONFLICT (day, session_id) DO UPDATE SET
        intervals = d.intervals + excluded.intervals, restarts = d.restarts + excluded.restarts,
        {", ".join(f"{name} = least(d.{name} + excluded.{name}, {DAY_MOST})" for name in SUMS)},
        failed = coalesce(d.failed + excluded.failed, d.failed, excluded.failed),
        first_end = least(d.first_end, excluded.first_end),
        last_end = greatest(d.last_end, excluded.last_end)"""  # noqa: S608  # names of ours only


@dataclass(frozen=True, slots=True)
class Ids:
    """What the store calls the reader's sessions, and the import."""

    sessions: NDArray[np.int64]
    imported: int


def store(cursor: CursorWrapper, batch: Intervals, ids: Ids) -> Intervals:
    """Write what the store does not have, and return it; needs the load lock."""
    known = _known(cursor, batch, ids)
    new = batch.where(~known) if known.any() else batch
    if len(new):
        rows = (part.identified(ids.sessions, ids.imported) for part in new.parts)
        bulk.copy_rows(cursor, TABLE, KINDS, rows)
        days = (part.identified(ids.sessions, ids.imported) for part in new.days)
        bulk.copy_rows(cursor, "staged_day", DAY_KINDS, days)
        cursor.execute(_ROLL_UP)
        blocks.forget(cursor, days_of(new.times))
    return new


def _known(cursor: CursorWrapper, batch: Intervals, ids: Ids) -> NDArray[np.bool_]:
    known = np.zeros(len(batch), np.bool_)
    cursor.execute(_PLAN)
    occupied = _occupied(cursor, batch.times)
    if len(occupied):
        times = batch.keys["interval_end"]
        suspects = np.flatnonzero(np.isin(times, occupied))
        keys: dict[str, Column] = {
            "interval_end": times[suspects],
            "session_id": ids.sessions[batch.keys["session_index"][suspects]],
            "fingerprint": batch.keys["fingerprint"][suspects],
            "place": suspects.astype(np.int64),
        }
        rows = pack(keys, _STAGED_KEY).view(np.uint8).data
        bulk.copy_rows(cursor, "staged_key", _STAGED_KEY, [rows])
        cursor.execute(_KNOWN, times[suspects[[0, -1]]].astype("M8[us]").tolist())
        known[[place for (place,) in cursor.fetchall()]] = True
    cursor.execute(_USUAL_PLAN)
    return known


def _occupied(cursor: CursorWrapper, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of the times at which the store has any record."""
    if len(times) > _MANY_TIMES:
        return times
    wanted = times.astype("M8[us]").tolist()
    cursor.execute(_OCCUPIED, [wanted, wanted[0], wanted[-1]])
    found = np.array([time for (time,) in cursor.fetchall()], "M8[us]")
    return found.astype(np.int64)
