"""Walking a window of the stream from record to record, over damage and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smf.framing.headers import HEAD, lengths_of, rows_at
from smf.framing.walker import Walker
from smf.framing.window import PADDING_BYTES, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.errors import Rejected
    from smf.framing.kinds import Framing


@dataclass(frozen=True, slots=True)
class Walk:
    """The records of one window.

    Record `i` is `data[starts[i] : starts[i] + lengths[i]]`, counted with a 4-byte RDW (whose
    bytes need not hold the length), with the header `heads[i]` (dtype `HEAD`); it began at stream
    offset `offsets[i]`. `position` and `block_end` are indices in the window where the next one
    begins.
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    heads: NDArray[np.void]
    offsets: NDArray[np.int64]
    rejects: list[Rejected]
    tail: Rejected | None
    position: int
    block_end: int


def walk(window: Window, framing: Framing, *, block_end: int = 0, record_number: int = 0) -> Walk:
    """Return the complete records of `window` from its first byte on.

    `block_end` is the index where the block that holds the first byte ends (0: a BDW stands
    there); `record_number` counts the records before. Never raises on any bytes; each stretch
    that holds no record becomes one reject, or several when it is long. Unless the stream ends, the
    last record is left to the next window: only what follows tells whether its length is right.
    """
    walker = Walker(window, framing, block_end, record_number)
    walker.run()
    starts = np.array(walker.starts, np.int64)
    offsets = starts + window.base
    for index, position in walker.spanned.items():
        offsets[index] = position + window.base
    data = _padded(window, walker.side)
    heads = rows_at(data, starts, HEAD)
    return Walk(
        data=data,
        starts=starts,
        lengths=lengths_of(heads, framing),
        heads=heads,
        offsets=offsets,
        rejects=walker.rejects,
        tail=walker.tail,
        position=walker.position,
        block_end=walker.block_end,
    )


def _padded(window: Window, side: bytearray) -> NDArray[np.uint8]:
    """Return the window's bytes, the joined records and padding; no copy if it can be."""
    if not side and len(window.data) >= window.end + PADDING_BYTES:
        return np.frombuffer(window.data, np.uint8)
    joined = np.frombuffer(side, np.uint8)
    return np.concatenate([window.array, joined, np.zeros(PADDING_BYTES, np.uint8)])
