"""Finding where plausible records go on after the framing was lost."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smf.framing.blocks import (
    block_around,
    block_end_behind,
    block_is_plausible,
    block_size,
    segments_fill,
)
from smf.framing.headers import HEADER, good_headers, header_is_good, lengths_of, rows_at
from smf.framing.kinds import MAX_RECORD_BYTES, MIN_RECORD_BYTES, PREFIX_BYTES, Framing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from smf.framing.window import Window

_SEGMENT = struct.Struct(">HBB")
_FIRST_SLICE_BYTES = 4_096
_GROWTH = 4
_FIRST, _LAST, _MIDDLE = 1, 2, 3
_SYSTEM_ID = np.zeros(256, np.bool_)
for _low, _high in ((0x40, 0x40), (0x4A, 0x7F), (0xC1, 0xC9), (0xD1, 0xD9), (0xE2, 0xE9)):
    _SYSTEM_ID[_low : _high + 1] = True
_SYSTEM_ID[0xF0:0xFA] = True
"""The EBCDIC codes of what an SMF system id has: letters, digits, national characters, blanks."""


class Lost(NamedTuple):
    """Where no record stands: `block_end` is that of the block at hand (at most `position`: a BDW
    should stand here), `previous` the record before, whose own length may be what is wrong."""

    position: int
    block_end: int
    previous: int | None


class Place(NamedTuple):
    """Where reading goes on, and where the block there ends (at most `position`: at its BDW)."""

    position: int
    block_end: int


def find_next(
    window: Window, framing: Framing, lost: Lost, stop: int, *, proven: bool
) -> Place | None:
    """Return the first place before `stop` at which records go on, None if there is none.

    Behind the lost place a good header and a possible length are enough, but not inside the record
    before it, nor with `proven`: there, what follows must bear them out too.
    """
    if framing.blocked:
        return _find_in_blocks(window, lost, stop, proven=proven)
    start = lost.position + 1 if lost.previous is None else lost.previous + PREFIX_BYTES
    for place in candidates(window, framing, start, stop):
        trusted = not proven and place > lost.position
        if trusted or _leads_on(window, framing, place):
            return Place(place, 0)
    return None


def candidates(window: Window, framing: Framing, start: int, stop: int) -> Iterator[int]:
    """Give, in order, the indices in `[start, stop)` where a good record header stands."""
    size = _FIRST_SLICE_BYTES
    stop = min(stop, window.end - MIN_RECORD_BYTES + 1)
    while start < stop:
        end = min(start + size, stop)
        yield from _headers_in(window, framing, start, end).tolist()
        start, size = end, size * _GROWTH


def _headers_in(window: Window, framing: Framing, start: int, stop: int) -> NDArray[np.int64]:
    array = window.array
    # Cheap first: the sign of the packed date, its century, the zero byte of the descriptor.
    mask = (array[start + 13 : stop + 13] & 0x0F) == 0x0F
    mask &= array[start + 10 : stop + 10] <= 1
    mask &= array[start + (0 if framing is Framing.ZOSMF else 3) :][: stop - start] == 0
    places = np.flatnonzero(mask).astype(np.int64) + start
    # A date can be made of counters that are nearly zero, a system's name can't.
    named = _SYSTEM_ID[array[places[:, None] + np.arange(14, 18)]]
    places = places[np.flatnonzero(named.all(axis=1))]
    rows = rows_at(array, places, HEADER)
    lengths = lengths_of(rows, framing)
    keep = good_headers(rows) & (lengths >= MIN_RECORD_BYTES) & (lengths <= MAX_RECORD_BYTES)
    if framing is not Framing.ZOSMF:
        keep &= rows["segment"] >> 8 <= _FIRST
    found: NDArray[np.int64] = places[keep]
    return found


def _leads_on(window: Window, framing: Framing, place: int) -> bool:
    """Tell whether a good header, or the end of the stream, stands behind the record here."""
    if framing is Framing.ZOSMF:
        end = place + int.from_bytes(window.data[place : place + PREFIX_BYTES], "big")
        return _goes_on(window, end + PREFIX_BYTES)
    length, code, _ = _SEGMENT.unpack_from(window.data, place)
    end = place + length
    while code in (_FIRST, _MIDDLE) and end + PREFIX_BYTES <= window.end:
        length, following, zero = _SEGMENT.unpack_from(window.data, end)
        if following not in (_LAST, _MIDDLE) or zero or length <= PREFIX_BYTES:
            break
        code, end = following, end + length
    return _goes_on(window, end)


def _goes_on(window: Window, end: int) -> bool:
    at_end = window.eof and end == window.end
    return at_end or header_is_good(window.data, end, window.end)


def _find_in_blocks(window: Window, lost: Lost, stop: int, *, proven: bool) -> Place | None:
    begin, block_end = _body(window, lost)
    if begin < block_end <= window.end:
        found = _in_this_block(window, lost, (begin, block_end), proven=proven)
        if found is not None:
            return found
    found = _in_any_block(window, lost, stop, proven=proven)
    stop = min(block_end, stop if found is None else found.position)
    return _pair(window, (begin, block_end), stop) or found


def _body(window: Window, lost: Lost) -> tuple[int, int]:
    """Return where to look in the block at hand, and where it ends, as its BDW says."""
    begin, block_end = lost.position, lost.block_end
    if begin >= block_end:
        size = block_size(window.data, begin, window.end) or 0
        return begin + PREFIX_BYTES, begin + size
    return begin if lost.previous is None else lost.previous + PREFIX_BYTES, block_end


def _in_this_block(
    window: Window, lost: Lost, body: tuple[int, int], *, proven: bool
) -> Place | None:
    """Return the next record of this block, or the block behind it, if the BDW is borne out."""
    begin, block_end = body
    places = list(candidates(window, Framing.VBS, begin, block_end))
    followed = block_is_plausible(window, block_end)
    if not followed and not _fits(window, block_end, places):
        return None
    for place in places:
        end = place + _SEGMENT.unpack_from(window.data, place)[0]
        trusted = not proven and place > lost.position
        if end == block_end or (end < block_end and (trusted or _goes_on(window, end))):
            return Place(place, block_end)
    return Place(block_end, block_end) if followed else None


def _fits(window: Window, block_end: int, places: list[int]) -> bool:
    """Tell whether the stream, or a row of segments from one of the places, ends here."""
    at_end = window.eof and block_end == window.end
    return at_end or any(segments_fill(window, place, block_end) for place in places)


def _pair(window: Window, body: tuple[int, int], stop: int) -> Place | None:
    """Return the first record that another good one follows in a block of unknown end."""
    begin, block_end = body
    for place in candidates(window, Framing.VBS, begin, stop):
        end = place + _SEGMENT.unpack_from(window.data, place)[0]
        if end < block_end and _goes_on(window, end):
            return Place(place, block_end)
    return None


def _in_any_block(window: Window, lost: Lost, stop: int, *, proven: bool) -> Place | None:
    """Return the next record around which a block can be made out, whatever the BDWs say."""
    in_block = lost.position < lost.block_end
    start = lost.previous if in_block and lost.previous is not None else lost.position
    if start != lost.position:
        start += PREFIX_BYTES
    seen: set[int] = set()
    lowest = start
    for place in candidates(window, Framing.VBS, start, stop):
        block = block_around(window, place, lowest)
        if block is not None:
            return Place(block, block)
        lowest = place
        cut = not proven and place > lost.position
        block_end = block_end_behind(window, place, seen, cut=cut)
        if block_end is not None:
            return Place(place, block_end)
    return None
