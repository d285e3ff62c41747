"""Does a record header stand here? Time and packed date tell, for one place or for many."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from smf.framing.kinds import MIN_RECORD_BYTES
from smf.times import HUNDREDTHS_PER_DAY, is_header_time, packed_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.framing.kinds import Framing

ZERT_RECORD_TYPE = 119
_TIME = struct.Struct(">II")
_TIME_OFFSET = 6
_FIELDS = {
    "length": (">u2", 0),
    "segment": (">u2", 2),
    "prefix": (">u4", 0),
    "flags": ("u1", 4),
    "type": ("u1", 5),
    "time": (">u4", 6),
    "date": (">u4", 10),
}


def _row(size: int, fields: dict[str, tuple[str, int]]) -> np.dtype[np.void]:
    return np.dtype(
        {
            "names": list(fields),
            "formats": [kind for kind, _ in fields.values()],
            "offsets": [offset for _, offset in fields.values()],
            "itemsize": size,
        }
    )


HEADER = _row(14, _FIELDS)
"""As much of a header as tells whether there is one."""
HEAD = _row(24, {**_FIELDS, "subtype": (">u2", 22)})
"""A whole header; types without subtype have other bytes in its place."""


def rows_at(
    data: NDArray[np.uint8], positions: NDArray[np.int64], dtype: np.dtype[np.void]
) -> NDArray[np.void]:
    """Return one structured row per byte position; each must have `itemsize` bytes behind it."""
    width = dtype.itemsize
    if len(data) < width:
        return np.empty(0, dtype)
    # A view with a stride of one byte over opaque items: gathering then copies each row whole.
    raw = np.ndarray((len(data) - width + 1,), f"V{width}", data, strides=(1,))
    return raw[positions].view(dtype)


def header_is_good(data: bytes | bytearray, position: int, end: int) -> bool:
    """Tell whether the record whose RDW is at `position` has a real time and date before `end`."""
    if position + MIN_RECORD_BYTES > end:
        return False
    hundredths, packed = _TIME.unpack_from(data, position + _TIME_OFFSET)
    return is_header_time(hundredths, packed)


def good_headers(rows: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return, per `HEADER` or `HEAD` row, whether its time and date can be real."""
    _, valid = packed_days(rows["date"].astype(np.uint32))
    time_valid: NDArray[np.bool_] = rows["time"] <= HUNDREDTHS_PER_DAY
    return valid & time_valid


def lengths_of(rows: NDArray[np.void], framing: Framing) -> NDArray[np.int64]:
    """Return the record lengths, counted with a 4-byte RDW, of `HEADER` or `HEAD` rows."""
    if framing == "zosmf":
        return rows["prefix"].astype(np.int64) + 4
    return rows["length"].astype(np.int64)
