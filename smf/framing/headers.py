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
HEADER = np.dtype(
    {
        "names": ["length", "segment", "prefix", "flags", "type", "time", "date"],
        "formats": [">u2", ">u2", ">u4", "u1", "u1", ">u4", ">u4"],
        "offsets": [0, 2, 0, 4, 5, 6, 10],
        "itemsize": 14,
    }
)


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
    """Return, per `HEADER` row, whether its time and date can be real."""
    _, valid = packed_days(rows["date"].astype(np.uint32))
    time_valid: NDArray[np.bool_] = rows["time"] <= HUNDREDTHS_PER_DAY
    return valid & time_valid


def lengths_of(rows: NDArray[np.void], framing: Framing) -> NDArray[np.int64]:
    """Return the record lengths, counted with a 4-byte RDW, of `HEADER` rows."""
    if framing == "zosmf":
        return rows["prefix"].astype(np.int64) + 4
    return rows["length"].astype(np.int64)
