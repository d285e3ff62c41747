"""Putting a record together from its segments."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from smf.framing.blocks import block_size
from smf.framing.kinds import MAX_RECORD_BYTES, MIN_RECORD_BYTES, PREFIX_BYTES, Framing

if TYPE_CHECKING:
    from smf.framing.window import Window

_SEGMENT = struct.Struct(">HBB")
_FIRST, _LAST, _MIDDLE = 1, 2, 3
_MORE, _NONE = -1, -2


class Span(NamedTuple):
    """What stood at an unusual place, and where to go on.

    `reason` is empty for a complete record, which is at `start` (behind the window's end: in the
    side buffer); `more` when the window ends first, `open` when it does so behind a good first
    segment; `lost` when no segment stands here; else the reason of a reject. `begin` is the index
    of its first segment, behind the BDW if one is here.
    """

    reason: str
    begin: int
    position: int
    block_end: int
    start: int = -1


class _Segment(NamedTuple):
    """`code` is the segment control code, or `_MORE`, or `_NONE`; it lies in `[begin:end]`."""

    code: int
    begin: int
    end: int
    block_end: int


def read_span(window: Window, framing: Framing, cursor: tuple[int, int], side: bytearray) -> Span:
    """Return the record whose first segment is at `cursor` (position, block end).

    A record of several segments is put together at the end of `side`, behind an RDW of its own.
    A first segment that no other follows is taken for a whole record, as some writers mark it so;
    whether its sections fit is for the decoder to see.
    """
    position, block_end = cursor
    if framing is Framing.ZOSMF:
        return Span("lost", position, position, block_end)
    first = _segment(window, framing, position, block_end)
    if first.code == _FIRST:
        return _join(window, framing, first, side)
    if first.code in (_LAST, _MIDDLE):
        return _skip_orphans(window, framing, first)
    return Span("more" if first.code == _MORE else "lost", position, position, block_end)


def _join(window: Window, framing: Framing, first: _Segment, side: bytearray) -> Span:
    data = window.data
    joined = bytearray(data[first.begin : first.end])
    last = first
    while last.code != _LAST and len(joined) <= MAX_RECORD_BYTES:
        found = _following(window, framing, last)
        if found.code not in (_LAST, _MIDDLE):
            return _incomplete(window, first, last, found)
        last = found
        joined += data[last.begin + PREFIX_BYTES : last.end]
    if not MIN_RECORD_BYTES <= len(joined) <= MAX_RECORD_BYTES:
        return Span("span_length", first.begin, last.end, last.block_end)
    joined[:PREFIX_BYTES] = (len(joined) << 16).to_bytes(PREFIX_BYTES, "big")
    start = window.end + len(side)
    side += joined
    return Span("", first.begin, last.end, last.block_end, start)


def _incomplete(window: Window, first: _Segment, last: _Segment, found: _Segment) -> Span:
    ends_here = window.eof and last.end == window.end
    if found.code == _MORE and not ends_here:
        return Span("open", first.begin, first.begin, first.block_end)
    if last is first and first.end - first.begin >= MIN_RECORD_BYTES:
        return Span("", first.begin, first.end, first.block_end, first.begin)
    return Span("segment_missing", first.begin, last.end, last.block_end)


def _skip_orphans(window: Window, framing: Framing, segment: _Segment) -> Span:
    """Go past segments whose beginning is missing, as one stretch no longer than a record."""
    last = segment
    while last.code != _LAST and last.end - segment.begin <= MAX_RECORD_BYTES:
        found = _following(window, framing, last)
        if found.code == _MORE and not window.eof:
            return Span("more", segment.begin, segment.begin, segment.block_end)
        if found.code not in (_LAST, _MIDDLE):
            break
        last = found
    return Span("segment_orphan", segment.begin, last.end, last.block_end)


def _following(window: Window, framing: Framing, last: _Segment) -> _Segment:
    """Return the segment behind `last`; one that begins another record counts as none."""
    found = _segment(window, framing, last.end, last.block_end)
    seen = found.code == _MORE and found.begin + PREFIX_BYTES <= window.end
    if seen and window.data[found.begin + 2] not in (_LAST, _MIDDLE):
        return found._replace(code=_NONE)
    return found


def _segment(window: Window, framing: Framing, position: int, block_end: int) -> _Segment:
    if framing.blocked and position >= block_end:
        size = block_size(window.data, position, window.end)
        if size is None:
            code = _MORE if position + PREFIX_BYTES > window.end else _NONE
            return _Segment(code, position, position, block_end)
        position, block_end = position + PREFIX_BYTES, position + size
    if position + PREFIX_BYTES > window.end:
        return _Segment(_MORE, position, position, block_end)
    length, code, zero = _SEGMENT.unpack_from(window.data, position)
    end = position + length
    if length <= PREFIX_BYTES or zero or code > _MIDDLE or (framing.blocked and end > block_end):
        code = _NONE
    elif end > window.end:
        code = _MORE
    return _Segment(code, position, end, block_end)
