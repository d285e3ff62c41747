"""Finding the next chain of plausible records after the framing was lost."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from smf.framing.headers import HEADER, good_headers, lengths_of, rows_at
from smf.framing.kinds import MAX_RECORD_BYTES, MIN_RECORD_BYTES, PREFIX_BYTES, Framing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.framing.window import Window

_PREFIX = struct.Struct(">HBB")
_FIRST_SLICE_BYTES = 4_096
_LAST_SLICE_BYTES = 1 << 22
_WHOLE, _FIRST = 0, 1
_LAST_CODE = 3


def find_chain(window: Window, framing: Framing, start: int, limit: int) -> int | None:
    """Return the first index from `start` where two records, or one block, follow each other.

    Looks at beginnings before `limit` only. A candidate that the window cannot prove (its
    successor lies behind the window) does not count, unless the stream ends right behind it.
    """
    size = _FIRST_SLICE_BYTES
    while start < limit:
        stop = min(start + size, limit)
        found = _find_in(window, framing, start, stop)
        if found is not None:
            return found
        start, size = stop, min(size * 4, _LAST_SLICE_BYTES)
    return None


def _find_in(window: Window, framing: Framing, start: int, stop: int) -> int | None:
    lead = PREFIX_BYTES if framing.blocked else 0
    records = _candidates(window, framing, start + lead, stop + lead)
    if not framing.blocked:
        return int(records[0]) if len(records) else None
    for record in records.tolist():
        if block_is_plausible(window, record - lead):
            return int(record) - lead
    return None


def _candidates(window: Window, framing: Framing, start: int, stop: int) -> NDArray[np.int64]:
    """Return where a good record header stands, and (unblocked) another behind the record."""
    stop = min(stop, window.end - HEADER.itemsize + 1)
    if stop <= start:
        return np.empty(0, np.int64)
    array = window.array
    # Cheap first: the sign of the packed date, its century, the zero byte of the descriptor.
    mask = (array[start + 13 : stop + 13] & 0x0F) == 0x0F
    mask &= array[start + 10 : stop + 10] <= 1
    mask &= array[start + (0 if framing is Framing.ZOSMF else 3) :][: stop - start] == 0
    places = np.flatnonzero(mask).astype(np.int64) + start
    rows = rows_at(array, places, HEADER)
    lengths = lengths_of(rows, framing)
    keep = good_headers(rows) & (lengths >= MIN_RECORD_BYTES) & (lengths <= MAX_RECORD_BYTES)
    if framing is not Framing.ZOSMF:
        keep &= rows["segment"] >> 8 <= _FIRST
    if framing.blocked:
        return places[keep]
    places, ends = places[keep], (places + lengths)[keep]
    return places[_followed(window, ends)]


def _followed(window: Window, ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each end of a record whether the stream ends there or a good header follows."""
    followed: NDArray[np.bool_] = (ends == window.end) & np.bool_(window.eof)
    inside = np.flatnonzero(ends + HEADER.itemsize <= window.end)
    followed[inside] |= good_headers(rows_at(window.array, ends[inside], HEADER))
    return followed


def block_is_plausible(window: Window, position: int) -> bool:
    """Tell whether a whole block stands here: its segments fill it exactly."""
    size = block_size(window.data, position, window.end)
    if size is None or position + size > window.end:
        return False
    return segments_fill(window, position + PREFIX_BYTES, position + size)


def segments_fill(window: Window, position: int, block_end: int) -> bool:
    """Tell whether plausible segments lie one after the other up to exactly `block_end`."""
    while position + PREFIX_BYTES <= block_end:
        length, code, zero = _PREFIX.unpack_from(window.data, position)
        if length <= PREFIX_BYTES or code > _LAST_CODE or zero:
            return False
        position += length
    return position == block_end


def block_size(data: bytes | bytearray, position: int, end: int) -> int | None:
    """Return the length a BDW gives (16 bits, or 31 with the top bit on), None if it is none."""
    if position + PREFIX_BYTES > end:
        return None
    high, code, low = _PREFIX.unpack_from(data, position)
    if high & 0x8000:
        size = (high & 0x7FFF) << 16 | code << 8 | low
    else:
        size = high if not code and not low else 0
    return size if size > 2 * PREFIX_BYTES else None


def find_in_block(window: Window, start: int, block_end: int) -> int | None:
    """Return the first index from `start` whose segments fill the block up to `block_end`."""
    if block_end > window.end:
        return None
    for place in _candidates(window, Framing.VBS, start, block_end).tolist():
        if segments_fill(window, place, block_end):
            return int(place)
    return None
