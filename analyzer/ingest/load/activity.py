"""Interval records: what the store has already is dropped, the rest goes straight to its table.

Rows are sorted by the primary key, which finds copies inside the batch and makes the index cheap
to extend. Only rows whose time the store has at all can be there already; the keys of those are
staged and looked up. A dump that brings new intervals therefore costs one COPY and no join.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analyzer.ingest.load import bulk
from analyzer.ingest.load.rows import Column, Columns, pack

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from numpy.typing import NDArray

TABLE = "analyzer_activity"
KINDS = {
    "interval_end": "timestamp",
    "session_id": "bigint",
    "fingerprint": "bigint",
    "duration_us": "bigint",
    "connections": "bigint",
    "partial": "bigint",
    "short": "bigint",
    "active": "bigint",
    "in_bytes": "bigint",
    "out_bytes": "bigint",
    "in_segs": "bigint",
    "out_segs": "bigint",
    "failed": "bigint",
    "imported_id": "bigint",
    "restarted": "boolean",
}
_KEY = {"interval_end": "timestamp", "session_id": "bigint", "fingerprint": "bigint"}
_STAGED = {**_KEY, "place": "bigint"}
_MANY_TIMES = 5_000  # from here on, asking for each time costs more than staging all keys

# Both look-ups must go through the primary key: fresh tables have no statistics to say so.
_PLAN = (
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;"
    " SET LOCAL enable_mergejoin = off"
)
_OCCUPIED = """
    SELECT t FROM unnest(%s::timestamp[]) AS t, LATERAL (
        SELECT 1 FROM analyzer_activity a WHERE a.interval_end = t LIMIT 1) AS present"""
_KNOWN = """
    SELECT k.place
    FROM staged_key k JOIN analyzer_activity a USING (interval_end, session_id, fingerprint)
    WHERE a.interval_end BETWEEN %s AND %s"""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Interval records as arrays of equal length, sorted by primary key, each key once.

    `failed` is 0 where `has_failed` says that the record has no such counter.
    """

    columns: Columns
    has_failed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.has_failed)

    def where(self, rows: NDArray[np.bool_]) -> Intervals:
        """Some of them."""
        columns: dict[str, Column] = {name: values[rows] for name, values in self.columns.items()}
        return Intervals(columns, self.has_failed[rows])


def intervals(frame: pl.DataFrame, session_ids: NDArray[np.int64], import_id: int) -> Intervals:
    """The interval records of a batch under the store's session ids, copies dropped."""
    columns: dict[str, Column] = {
        "interval_end": frame["local_end"].to_numpy(),
        "session_id": session_ids[frame["session_index"].to_numpy()],
        "imported_id": np.full(len(frame), import_id, np.int64),
        "failed": frame["failed"].fill_null(0).to_numpy(),
        **{name: frame[name].to_numpy() for name in KINDS if name in frame.columns[2:12]},
        "active": frame["active"].cast(pl.Int64).to_numpy(),
        "restarted": frame["restarted"].to_numpy(),
    }
    order = np.lexsort([columns[name] for name in reversed(_KEY)])
    columns = {name: columns[name][order] for name in KINDS}
    has_failed = frame["failed"].is_not_null().to_numpy()[order]
    same = np.zeros(len(order), np.bool_)
    same[1:] = True
    for name in _KEY:
        same[1:] &= columns[name][1:] == columns[name][:-1]
    found = Intervals(columns, has_failed)
    return found.where(~same) if same.any() else found


def store(cursor: CursorWrapper, batch: Intervals) -> Intervals:
    """Write what the store does not have, and return it; needs the load lock."""
    if not len(batch):
        return batch
    known = _known(cursor, batch)
    new = batch.where(~known) if known.any() else batch
    if len(new):
        bulk.copy_rows(cursor, TABLE, KINDS, _packed(new))
    return new


def _packed(new: Intervals) -> list[memoryview]:
    """Rows without the failed counter first: null has another length in COPY."""
    if new.has_failed.all():
        return [pack(new.columns, KINDS)]
    if not new.has_failed.any():
        return [pack(new.columns, KINDS, null=["failed"])]
    without, having = new.where(~new.has_failed), new.where(new.has_failed)
    return [pack(without.columns, KINDS, null=["failed"]), pack(having.columns, KINDS)]


def _known(cursor: CursorWrapper, batch: Intervals) -> NDArray[np.bool_]:
    known = np.zeros(len(batch), np.bool_)
    times = batch.columns["interval_end"]
    cursor.execute(_PLAN)
    suspects = np.flatnonzero(np.isin(times, _occupied(cursor, times)))
    if len(suspects):
        keys: dict[str, Column] = {name: batch.columns[name][suspects] for name in _KEY}
        keys["place"] = suspects.astype(np.int64)
        bulk.copy_rows(cursor, "staged_key", _STAGED, [pack(keys, _STAGED)])
        span = times[suspects[[0, -1]]].astype("M8[us]").tolist()
        cursor.execute(_KNOWN, span)
        known[[place for (place,) in cursor.fetchall()]] = True
    cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")
    return known


def _occupied(cursor: CursorWrapper, times: Column) -> NDArray[np.int64]:
    """Those of the times at which the store has any record."""
    distinct = np.unique(times).astype(np.int64)
    if len(distinct) > _MANY_TIMES:
        return distinct
    cursor.execute(_OCCUPIED, [distinct.astype("M8[us]").tolist()])
    found = np.array([time for (time,) in cursor.fetchall()], "M8[us]")
    return found.astype(np.int64)
