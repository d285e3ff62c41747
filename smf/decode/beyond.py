"""Bytes that no layout table describes: newer releases' additions, kept as hex without a meaning.

What protocol sections have behind their last known field is not here but with their fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smf.decode.triplets import TRIPLET, TRIPLET_BYTES, TRIPLETS_OFFSET
from smf.framing.headers import rows_at
from smf.layout import load_layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from smf.decode.checks import Records
    from smf.decode.triplets import Sections

_FIXED = ("ident", "common")
_WALKED = ("dn", "policy")
"""Sections that are taken whole, however many the triplet says."""
_NOWHERE = 2**62


def bytes_beyond(records: Records, sections: Sections) -> dict[int, dict[str, str]]:
    """Return hex by place for each row that has such bytes.

    `common.212` are the bytes from offset 212 of that section, `tls#2` further sections where one
    is known, `S7` what an unknown triplet (its number in IBM's names) points to.
    """
    found: dict[int, dict[str, str]] = {}
    for parts in (_tails(sections), _further(sections), _unknown(records, sections)):
        for row, place, begin, end in parts:
            start, limit = int(records.starts[row]), int(records.lengths[row])
            piece = records.data[start + begin : start + min(end, limit)]
            found.setdefault(row, {})[place] = piece.tobytes().hex()
    return found


def _tails(sections: Sections) -> Iterator[tuple[int, str, int, int]]:
    layout = load_layout(sections.subtype)
    for name in _FIXED:
        slot = sections.slot(name)
        lengths, begins = sections.lengths[:, slot], sections.offsets[:, slot]
        base, known = layout.base_length(name), layout.known_length(name)
        # An extension that is there in part is not read.
        read = np.where(lengths >= known, known, base)
        for row in np.flatnonzero(lengths > read).tolist():
            begin, length = int(begins[row]), int(lengths[row])
            yield row, f"{name}.{read[row]}", begin + int(read[row]), begin + length


def _further(sections: Sections) -> Iterator[tuple[int, str, int, int]]:
    for slot, name in enumerate(sections.names):
        if name in _WALKED:
            continue
        for row in np.flatnonzero(sections.numbers[:, slot] > 1).tolist():
            begin, length = int(sections.offsets[row, slot]), int(sections.lengths[row, slot])
            number = int(sections.numbers[row, slot])
            yield row, f"{name}#2", begin + length, begin + length * number


def _unknown(records: Records, sections: Sections) -> Iterator[tuple[int, str, int, int]]:
    """Look at triplets behind the known ones, where the record has room for as many as it says.

    Subtype 12 of V2R3 says seven and has six: there the identification section comes at once.
    """
    known = len(sections.names)
    # The identification section is always there, and mostly the first.
    most = (sections.offsets[:, 0] - TRIPLETS_OFFSET) // TRIPLET_BYTES
    more = np.flatnonzero((sections.written > known) & (sections.written <= most))
    for slot in range(known, int(sections.written[more].max(initial=0))):
        rows = more[sections.written[more] > slot]
        places = records.starts[rows] + TRIPLETS_OFFSET + TRIPLET_BYTES * slot
        triplets = rows_at(records.data, places, TRIPLET)
        there = (triplets["offset"] > 0) & (triplets["number"] > 0)
        there[there] = sections.written[rows[there]] <= _room(sections, rows[there])
        for row, triplet in zip(rows[there].tolist(), triplets[there].tolist(), strict=True):
            begin, length, number = triplet
            yield row, f"S{slot}", begin, begin + length * number


def _room(sections: Sections, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many triplets fit in front of the first section."""
    present = sections.numbers[rows] > 0
    first = np.where(present, sections.offsets[rows], _NOWHERE).min(axis=1, initial=_NOWHERE)
    room: NDArray[np.int64] = (first - TRIPLETS_OFFSET) // TRIPLET_BYTES
    return room
