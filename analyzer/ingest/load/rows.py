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

Column = NDArray[np.int64] | NDArray[np.bool_]
Columns = Mapping[str, Column]
Rows = NDArray[np.void]
Kinds = Mapping[str, str]
"""Column name -> bigint, integer, boolean, timestamp or date."""

_FORMATS = {"bigint": ">i8", "integer": ">i4", "boolean": "u1", "timestamp": ">i8", "date": ">i4"}
_SHIFTS = {"timestamp": _EPOCH_US, "date": _EPOCH_DAY}


def pack(columns: Columns, kinds: Kinds, *, null: Collection[str] = ()) -> Rows:
    """The rows; those named in `null` are null in every row, those not in `columns` are unset."""
    size = len(next(iter(columns.values())))
    rows = np.empty(size, _row_type(kinds, null))
    rows["fields"] = len(kinds)
    for name, kind in kinds.items():
        if name in null:
            rows[f"{name}.length"] = _NULL_LENGTH
            continue
        rows[f"{name}.length"] = np.dtype(_FORMATS[kind]).itemsize
        if name in columns:
            shift = _SHIFTS.get(kind)
            rows[name] = columns[name] - shift if shift else columns[name]
    return rows


def _row_type(kinds: Kinds, null: Collection[str]) -> np.dtype[np.void]:
    fields = [("fields", ">i2")]
    for name, kind in kinds.items():
        fields.append((f"{name}.length", ">i4"))
        if name not in null:
            fields.append((name, _FORMATS[kind]))
    return np.dtype(fields)
