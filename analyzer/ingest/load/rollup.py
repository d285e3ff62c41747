"""The roll-up by day of what a batch brought, in the batch's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyzer.ingest.load import bulk
from analyzer.ingest.load.rows import Column, pack

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from numpy.typing import NDArray

    from analyzer.ingest.load.activity import Intervals

_DAY_US = 86_400_000_000
_SUMS = ("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs")
_KINDS = {
    "day": "date",
    "session_id": "bigint",
    "intervals": "integer",
    **dict.fromkeys(_SUMS, "bigint"),
    "failed": "bigint",
    "restarts": "integer",
    "first_end": "timestamp",
    "last_end": "timestamp",
}
_ADDED = ("intervals", *_SUMS, "restarts")
_MERGE = f"""
    INSERT INTO analyzer_daily_activity AS d ({", ".join(_KINDS)})
    SELECT {", ".join(_KINDS)} FROM staged_day
    ON CONFLICT (day, session_id) DO UPDATE SET
        {", ".join(f"{name} = d.{name} + excluded.{name}" for name in _ADDED)},
        failed = coalesce(d.failed + excluded.failed, d.failed, excluded.failed),
        first_end = least(d.first_end, excluded.first_end),
        last_end = greatest(d.last_end, excluded.last_end)"""  # noqa: S608  # names of ours only


def add(cursor: CursorWrapper, new: Intervals) -> None:
    """Add new interval records to their days."""
    if not len(new):
        return
    days, has_failed = by_day(new)
    parts = []
    for where, null in ((has_failed, []), (~has_failed, ["failed"])):
        if where.any():
            some: dict[str, Column] = {name: values[where] for name, values in days.items()}
            parts.append(pack(some, _KINDS, null=null))
    bulk.copy_rows(cursor, "staged_day", _KINDS, parts)
    cursor.execute(_MERGE)


def by_day(new: Intervals) -> tuple[dict[str, Column], NDArray[np.bool_]]:
    """Sums per day and session, and which of them have failed handshakes counted at all."""
    columns = new.columns
    day = columns["interval_end"] // _DAY_US
    session = columns["session_id"]
    order = np.lexsort((columns["interval_end"], session, day))
    day, session = day[order], session[order]
    begins = np.flatnonzero(
        np.concatenate(([True], (day[1:] != day[:-1]) | (session[1:] != session[:-1])))
    )

    def summed(values: Column) -> NDArray[np.int64]:
        total: NDArray[np.int64] = np.add.reduceat(values[order].astype(np.int64), begins)
        return total

    sizes = np.diff(np.append(begins, len(order)))
    times = columns["interval_end"][order]
    days: dict[str, Column] = {
        "day": day[begins],
        "session_id": session[begins],
        "intervals": sizes,
        **{name: summed(columns[name]) for name in (*_SUMS, "failed")},
        "restarts": summed(columns["restarted"]),
        "first_end": times[begins],
        "last_end": times[begins + sizes - 1],
    }
    return days, summed(new.has_failed) > 0
