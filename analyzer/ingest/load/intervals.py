"""Interval records of a batch made ready to load: sorted, without copies, packed, summed by day.

This needs no database, so it is done beside it, in the thread that decodes. What the store alone
knows is filled in later: the ids of sessions and import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analyzer.ingest.load.rows import Column, Rows, pack, unpack

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
SUMS = ("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs")
DAY_KINDS = {
    "day": "date",
    "session_id": "bigint",
    "intervals": "integer",
    **dict.fromkeys(SUMS, "bigint"),
    "failed": "bigint",
    "restarts": "integer",
    "first_end": "timestamp",
    "last_end": "timestamp",
}
_KEY = ("interval_end", "session_index", "fingerprint")
_COUNTED = ("duration_us", *SUMS, "active", "failed", "restarted")
_DAY_US = 86_400_000_000
DAY_MOST = 2**53
"""A sum by day goes no higher: damaged counters must not overflow it, or the sums of a report."""


@dataclass(frozen=True, slots=True)
class Part:
    """Packed rows without the ids, and the reader's index of each row's session."""

    rows: Rows
    session_index: NDArray[np.int64]

    def identified(self, session_ids: NDArray[np.int64], import_id: int) -> memoryview:
        """The rows for COPY, ids filled in."""
        self.rows["session_id"] = session_ids[self.session_index]
        if "imported_id" in (self.rows.dtype.names or ()):
            self.rows["imported_id"] = import_id
        return self.rows.view(np.uint8).data


@dataclass(frozen=True, slots=True)
class Intervals:
    """Interval records of one batch, each once.

    `keys` are interval end, session and fingerprint, by which they are sorted; `parts` hold all
    columns, rows with a counter of failed handshakes apart, because null has another length in
    COPY; `copies` is how many records of the batch were copies of these; `days` are the sums per
    day and session; `times` the distinct interval ends.
    """

    keys: Mapping[str, Column]
    has_failed: NDArray[np.bool_]
    parts: list[Part]
    days: list[Part]
    times: NDArray[np.int64]
    copies: int = 0

    def __len__(self) -> int:
        return len(self.has_failed)

    def where(self, chosen: NDArray[np.bool_]) -> Intervals:
        """Some of them."""
        columns = {name: values[chosen] for name, values in self.keys.items()}
        columns |= {name: self.column(name)[chosen] for name in _COUNTED}
        return _made(columns, self.has_failed[chosen])

    def column(self, name: str) -> Column:
        """A column that is no key, from the packed rows."""
        found = [unpack(part.rows, name) for part in self.parts]
        if len(found) == 1:
            return found[0]
        values = np.zeros(len(self), np.int64)
        if found:
            values[~self.has_failed], values[self.has_failed] = found
        return values


def prepare(frame: pl.DataFrame) -> Intervals:
    """The interval records of a batch (columns: `smf/decode/columns.py`), copies dropped."""
    columns: dict[str, Column] = {
        "interval_end": frame["local_end"].to_numpy(),
        "session_index": frame["session_index"].cast(pl.Int64).to_numpy(),
        "active": frame["active"].cast(pl.Int64).to_numpy(),
        "failed": frame["failed"].fill_null(0).to_numpy(),
        "restarted": frame["restarted"].to_numpy(),
    }
    for name in ("fingerprint", "duration_us", *SUMS):
        columns[name] = frame[name].to_numpy()
    has_failed = frame["failed"].is_not_null().to_numpy()
    if not _is_sorted(columns):
        order = np.lexsort([columns[name] for name in reversed(_KEY)])
        columns = {name: values[order] for name, values in columns.items()}
        has_failed = has_failed[order]
    first = _begins([columns[name] for name in _KEY])
    copies = int(np.count_nonzero(~first))
    if copies:
        columns = {name: values[first] for name, values in columns.items()}
        has_failed = has_failed[first]
    return replace(_made(columns, has_failed), copies=copies)


def _is_sorted(columns: Mapping[str, Column]) -> bool:
    """True when time and session alone put every record behind the one before, as is usual."""
    times, sessions = columns["interval_end"], columns["session_index"]
    later = times[1:] > times[:-1]
    later |= (times[1:] == times[:-1]) & (sessions[1:] > sessions[:-1])
    return bool(later.all())


def _made(columns: Mapping[str, Column], has_failed: NDArray[np.bool_]) -> Intervals:
    keys = {name: columns[name].copy() for name in _KEY}  # views keep the whole frame in memory
    times = keys["interval_end"]
    days, day_has_failed = by_day(columns, has_failed)
    return Intervals(
        keys,
        has_failed.copy(),
        _parts({**columns, **keys}, has_failed, KINDS),
        _parts(days, day_has_failed, DAY_KINDS),
        times[_begins([times])].astype(np.int64),
    )


def _parts(
    columns: Mapping[str, Column], has_failed: NDArray[np.bool_], kinds: Mapping[str, str]
) -> list[Part]:
    parts = []
    for chosen, null in ((~has_failed, ("failed",)), (has_failed, ())):
        if chosen.all() and len(chosen):
            return [_part(columns, kinds, null)]
        if chosen.any():
            some = {name: values[chosen] for name, values in columns.items()}
            parts.append(_part(some, kinds, null))
    return parts


def _part(columns: Mapping[str, Column], kinds: Mapping[str, str], null: tuple[str, ...]) -> Part:
    return Part(
        pack(columns, kinds, null=null), columns["session_index"].astype(np.int64, copy=False)
    )


def by_day(
    columns: Mapping[str, Column], has_failed: NDArray[np.bool_]
) -> tuple[dict[str, Column], NDArray[np.bool_]]:
    """Sums per day and session, and which of them have failed handshakes counted at all."""
    day = columns["interval_end"] // _DAY_US
    session = columns["session_index"]
    order = np.lexsort((columns["interval_end"], session, day))
    day, session, times = day[order], session[order], columns["interval_end"][order]
    begins = np.flatnonzero(_begins([day, session]))
    sizes = np.diff(np.append(begins, len(order)))

    def summed(values: Column) -> NDArray[np.int64]:
        return _summed(values[order].astype(np.int64), begins, int(sizes.max(initial=0)))

    days: dict[str, Column] = {
        "day": day[begins],
        "session_index": session[begins],
        "intervals": sizes,
        **{name: summed(columns[name]) for name in (*SUMS, "failed")},
        "restarts": summed(columns["restarted"]),
        "first_end": times[begins],
        "last_end": times[begins + sizes - 1],
    }
    return days, summed(has_failed) > 0


def _summed(
    values: NDArray[np.int64], begins: NDArray[np.int64], most_values: int
) -> NDArray[np.int64]:
    """Sums of the stretches that begin there, cut at `DAY_MOST`."""
    if not len(begins):
        return np.zeros(0, np.int64)
    total: NDArray[np.int64] = np.add.reduceat(values, begins)
    if int(values.max()) * most_values > DAY_MOST:
        # What overflowed is far above the limit also as a float.
        over = np.add.reduceat(values.astype(np.float64), begins) >= DAY_MOST
        total = np.where(over, DAY_MOST, total)
    return total


def _begins(keys: list[Column]) -> NDArray[np.bool_]:
    """Where a sorted key differs from that of the row before."""
    first = np.zeros(len(keys[0]), np.bool_)
    first[:1] = True
    for key in keys:
        first[1:] |= key[1:] != key[:-1]
    return first
