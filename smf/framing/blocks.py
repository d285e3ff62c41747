"""Blocks behind a BDW: how long they are, and whether one stands here."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from smf.framing.kinds import MAX_RECORD_BYTES, PREFIX_BYTES

if TYPE_CHECKING:
    from smf.framing.window import Window

_PREFIX = struct.Struct(">HBB")
_LAST, _LAST_CODE = 2, 3


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


def block_is_plausible(window: Window, position: int) -> bool:
    """Tell whether a whole block stands here: its segments fill it exactly."""
    size = block_size(window.data, position, window.end)
    if size is None or position + size > window.end:
        return False
    return segments_fill(window, position + PREFIX_BYTES, position + size)


def segments_fill(window: Window, position: int, block_end: int) -> bool:
    """Tell whether plausible segments lie one after the other up to exactly `block_end`."""
    while position + PREFIX_BYTES <= block_end:
        length = _segment_length(window, position)
        if not length:
            return False
        position += length
    return position == block_end


def block_around(window: Window, record: int, lowest: int) -> int | None:
    """Return where the plausible block begins in which `record` stands first.

    A segment that goes on from the block before may stand in front of it.
    """
    if record - PREFIX_BYTES >= lowest and block_is_plausible(window, record - PREFIX_BYTES):
        return record - PREFIX_BYTES
    first = max(lowest, record - MAX_RECORD_BYTES)
    places = np.arange(first, max(first, record - 2 * PREFIX_BYTES), dtype=np.int64)
    array = window.array
    lengths = array[places + 4].astype(np.int64) << 8 | array[places + 5]
    fits = (places + PREFIX_BYTES + lengths == record) & (array[places + 6] >= _LAST)
    for place in places[fits].tolist():
        if block_is_plausible(window, place):
            return int(place)
    return None


def block_end_behind(window: Window, record: int, seen: set[int], *, cut: bool) -> int | None:
    """Return where the block ends in which `record` stands: at a plausible block, or at the end.

    With `cut`, its last segment may go on behind the end of the stream. `seen` are segments that
    are known to lead nowhere; it is added to.
    """
    place = record
    while place not in seen:
        if place == window.end:
            return place if window.eof else None
        if place > record and block_is_plausible(window, place):
            return place
        seen.add(place)
        if place + PREFIX_BYTES > window.end:
            return window.end if cut and window.eof else None
        length = _segment_length(window, place)
        if not length:
            return None
        place += length
        if place > window.end:
            return place if cut and window.eof else None
    return None


def _segment_length(window: Window, position: int) -> int:
    """Return the length a segment descriptor gives, 0 if it is none."""
    length, code, zero = _PREFIX.unpack_from(window.data, position)
    return int(length) if length > PREFIX_BYTES and code <= _LAST_CODE and not zero else 0
