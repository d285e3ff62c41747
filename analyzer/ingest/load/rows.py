"""Rows for COPY (FORMAT binary), made by numpy: no Python object per row."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_NULL_LENGTH = -1
_EPOCH_US = 946_684_800_000_000  # 2000-01-01, PostgreSQL's zero, in Unix microseconds
_EPOCH_DAY = 10_957
_SLICE_ROWS = 2_048

Column = NDArray[np.int64] | NDArray[np.bool_]
Columns = Mapping[str, Column]
Rows = NDArray[np.void]
Kinds = Mapping[str, str]
"""Column name -> bigint, integer, boolean, timestamp or date."""

_FORMATS = {"bigint": ">i8", "integer": ">i4", "boolean": "u1", "timestamp": ">i8", "date": ">i4"}
_SHIFTS = {"timestamp": _EPOCH_US, "date": _EPOCH_DAY}


def pack(columns: Columns, kinds: Kinds, *, null: Collection[str] = ()) -> Rows:
    """The rows; those named in `null` are null in every row, those not in `columns` are zero."""
    size = len(next(iter(columns.values())))
    empty = _empty_row(kinds, null)
    rows = np.empty(size, empty.dtype)
    rows.view(f"V{empty.itemsize}")[:] = empty.view(f"V{empty.itemsize}")
    # Few rows at a time: they stay in the processor's cache until all their columns are in.
    for begin in range(0, size, _SLICE_ROWS):
        part = slice(begin, begin + _SLICE_ROWS)
        for name, values in columns.items():
            if name in kinds and name not in null:
                rows[name][part] = values[part] - _SHIFTS.get(kinds[name], 0)
    return rows


def unpack(rows: Rows, name: str) -> Column:
    """One number or boolean of each row again; zero where it is null in every row."""
    if name not in (rows.dtype.names or ()):
        return np.zeros(len(rows), np.int64)
    values = rows[name]
    return values.astype(np.bool_) if values.dtype == np.uint8 else values.astype(np.int64)


def _empty_row(kinds: Kinds, null: Collection[str]) -> Rows:
    """One row with the lengths of its fields, whose values are zero."""
    row = np.zeros(1, _row_type(kinds, null))
    row["fields"] = len(kinds)
    for name, kind in kinds.items():
        size = _NULL_LENGTH if name in null else np.dtype(_FORMATS[kind]).itemsize
        row[f"{name}.length"] = size
    return row


def _row_type(kinds: Kinds, null: Collection[str]) -> np.dtype[np.void]:
    fields = [("fields", ">i2")]
    for name, kind in kinds.items():
        fields.append((f"{name}.length", ">i4"))
        if name not in null:
            fields.append((name, _FORMATS[kind]))
    return np.dtype(fields)
