"""The tight loops from one whole record to the next; anything unusual is left to the caller."""

from __future__ import annotations

import struct
from enum import Enum
from typing import TYPE_CHECKING

from smf.framing.blocks import block_size
from smf.framing.kinds import MAX_RECORD_BYTES, MIN_RECORD_BYTES, PREFIX_BYTES, Framing
from smf.framing.lanes import run_lanes

if TYPE_CHECKING:
    from smf.framing.window import Window

_WORD = struct.Struct(">I")
_SEGMENT_MASK = 0xFFFF
_LANES_FROM = 256
_LONGEST_LOOP = 4_096


class Stop(Enum):
    """Why a run of whole records ended."""

    MORE = "the next record ends behind the window"
    CAP = "enough records for one run"
    ODD = "a segment, or no record at all"


def run_chain(
    window: Window, framing: Framing, cursor: tuple[int, int], starts: list[int], cap: int
) -> tuple[int, int, Stop]:
    """Append the starts of at most `cap` whole records; `cursor` is (position, block end).

    Returns the new cursor and why it stopped. A block end of 0, or equal to the position, means
    that a BDW comes next.
    """
    position, block_end = cursor
    if framing is Framing.RDW and cap >= _LANES_FROM:
        *run, position = run_lanes(window, position, cap)
        if run:
            starts.extend(run)
            return position, 0, Stop.CAP
    cap = min(cap, _LONGEST_LOOP)
    if framing.blocked:
        return _run_blocks(window, (position, block_end), starts, cap)
    follow = _run_prefixed if framing is Framing.ZOSMF else _run_records
    position, stop = follow(window, position, starts, cap)
    return position, 0, stop


def _run_records(window: Window, position: int, starts: list[int], cap: int) -> tuple[int, Stop]:
    data, end = window.data, window.end
    unpack, append, last = _WORD.unpack_from, starts.append, end - PREFIX_BYTES
    for _ in range(cap):
        if position > last:
            return position, Stop.MORE
        (word,) = unpack(data, position)
        length = word >> 16
        if word & _SEGMENT_MASK or length < MIN_RECORD_BYTES:
            return position, Stop.ODD
        if position + length > end:
            return position, Stop.MORE
        append(position)
        position += length
    return position, Stop.CAP


def _run_prefixed(window: Window, position: int, starts: list[int], cap: int) -> tuple[int, Stop]:
    data, end = window.data, window.end
    for _ in range(cap):
        if position + PREFIX_BYTES > end:
            return position, Stop.MORE
        length = _WORD.unpack_from(data, position)[0] + PREFIX_BYTES
        if not MIN_RECORD_BYTES <= length <= MAX_RECORD_BYTES:
            return position, Stop.ODD
        if position + length > end:
            return position, Stop.MORE
        starts.append(position)
        position += length
    return position, Stop.CAP


def _run_blocks(
    window: Window, cursor: tuple[int, int], starts: list[int], cap: int
) -> tuple[int, int, Stop]:
    """Run as `run_chain` does; a block whose first record stops the run is not entered."""
    data, end = window.data, window.end
    position, block_end = cursor
    body = -1
    unpack, append, last = _WORD.unpack_from, starts.append, end - PREFIX_BYTES
    for _ in range(cap):
        if position >= block_end:
            size = block_size(data, position, end)
            if size is None:
                return position, position, Stop.MORE if position > last else Stop.ODD
            body = position + PREFIX_BYTES
            position, block_end = body, position + size
        if position > last:
            return *_outside(position, block_end, body), Stop.MORE
        (word,) = unpack(data, position)
        length = word >> 16
        if word & _SEGMENT_MASK or length < MIN_RECORD_BYTES or position + length > block_end:
            return *_outside(position, block_end, body), Stop.ODD
        if position + length > end:
            return *_outside(position, block_end, body), Stop.MORE
        append(position)
        position += length
    return position, block_end, Stop.CAP


def _outside(position: int, block_end: int, body: int) -> tuple[int, int]:
    """Return the cursor, in front of the BDW when the block's body was only just entered."""
    return (position - PREFIX_BYTES,) * 2 if position == body else (position, block_end)
