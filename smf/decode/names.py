"""Walking distinguished names by their own lengths.

The documents do not settle what the triplet says: the total length and the count, the total and
one, or the length of the first name and the count. So both are only a bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smf.ebcdic import decode
from smf.framing.headers import rows_at
from smf.layout import load_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.decode.checks import Checks, Records
    from smf.decode.triplets import Sections

PREFIX_BYTES = 4
"""Length and type before each name."""
_TYPE_BITS = 16
_PREFIX = np.dtype([("prefix", ">u4")])


def walk_names(records: Records, sections: Sections, checks: Checks) -> NDArray[np.int64]:
    """Return, per record, the offset behind its last name (that of the section when it has none).

    With a count of one the triplet's length bounds the walk; otherwise the count does, and the
    next section or the record's end. Zeros behind the names are padding. A name that reaches past
    its bound is a fault, and so is one cut short in its length and type.
    """
    slot = sections.slot("dn")
    begin, number = sections.offsets[:, slot], sections.numbers[:, slot]
    bounds = _bounds(records, sections, slot)
    ends = begin.copy()
    field = load_layout(records.subtype).field("dn", "length").name
    rows = np.flatnonzero((number > 0) & checks.passed)
    step = 0
    while len(rows):
        step += 1
        room = bounds[rows] - ends[rows]
        prefix = _prefixes(records, rows, ends, room)
        length = prefix >> _TYPE_BITS
        bad = (length < PREFIX_BYTES) | (length > room)
        bad[room <= 0] = False  # the section ends here, with fewer names than it may hold
        for place in np.flatnonzero((length == 0) & (room > 0)).tolist():
            row = int(rows[place])
            bad[place] = not _is_padding(records, row, int(ends[row]), int(bounds[row]))
        short = room < PREFIX_BYTES
        bad[short] = prefix[short] != 0
        wrong = np.zeros(len(records), np.bool_)
        wrong[rows[bad]] = True
        checks.fail(wrong, field, "name_length", "a distinguished name reaches past its section")
        going = ~bad & ~short & (length > 0)
        ends[rows[going]] += length[going]
        rows = rows[going & ((number[rows] == 1) | (number[rows] > step))]
    return ends


def _bounds(records: Records, sections: Sections, slot: int) -> NDArray[np.int64]:
    """Return where the names must end at the latest."""
    begin = sections.offsets[:, slot]
    hard = records.lengths.copy()
    for other in range(len(sections.names)):
        offset = sections.offsets[:, other]
        behind = (sections.numbers[:, other] > 0) & (offset > begin)
        hard = np.where(behind, np.minimum(hard, offset), hard)
    total = np.minimum(hard, begin + sections.lengths[:, slot])
    return np.where(sections.numbers[:, slot] == 1, total, hard)


def _prefixes(
    records: Records, rows: NDArray[np.int64], ends: NDArray[np.int64], room: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return length and type of the names at `ends` as one number, of at most `room` bytes."""
    words = rows_at(records.data, records.starts[rows] + ends[rows], _PREFIX)["prefix"]
    missing = PREFIX_BYTES - np.minimum(room, PREFIX_BYTES)
    prefixes: NDArray[np.int64] = words.astype(np.int64) >> (8 * missing)
    return prefixes


def _is_padding(records: Records, row: int, begin: int, end: int) -> bool:
    start = int(records.starts[row])
    return not records.data[start + begin : start + end].any()


def split_names(data: bytes, code_page: str) -> list[tuple[int, str]]:
    """Return type and text of each name in a region that `walk_names` found sound."""
    names = []
    position = 0
    while position + PREFIX_BYTES <= len(data):
        length = int.from_bytes(data[position : position + 2], "big")
        kind = int.from_bytes(data[position + 2 : position + PREFIX_BYTES], "big")
        text = data[position + PREFIX_BYTES : position + length]
        names.append((kind, decode(text, code_page)))
        position += length
    return names
