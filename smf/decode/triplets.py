"""Where the sections of each record are, checked against the record and the layout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from smf.decode.checks import Checks, Records, takes_all
from smf.framing.headers import rows_at
from smf.layout import Layout, load_layout
from smf.times import local_microseconds

if TYPE_CHECKING:
    from numpy.typing import NDArray


TRIPLETS_OFFSET = 28
TRIPLET_BYTES = 8
TRIPLET = np.dtype([("offset", ">u4"), ("length", ">u2"), ("number", ">u2")])
_REQUIRED = 2
"""Every record has an identification and a common section."""


@dataclass(frozen=True, slots=True)
class Sections:
    """Offsets (from the RDW), lengths of one section and numbers, as (records, slots) arrays.

    Slots are in the order of `names`; an absent section has number 0. `times` are local
    microseconds of the headers, `written` how many triplets each record says it has.
    """

    subtype: int
    names: tuple[str, ...]
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    numbers: NDArray[np.int64]
    times: NDArray[np.int64]
    written: NDArray[np.int64]

    def slot(self, name: str) -> int:
        """Return the column of a section."""
        return self.names.index(name)

    def present(self, name: str) -> NDArray[np.bool_]:
        """Return which records have a section."""
        there: NDArray[np.bool_] = self.numbers[:, self.slot(name)] > 0
        return there

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Sections:
        """Return the sections of some of the records."""
        if takes_all(which):
            return self
        return Sections(
            self.subtype,
            self.names,
            self.offsets[which],
            self.lengths[which],
            self.numbers[which],
            self.times[which],
            self.written[which],
        )


@cache
def _head_dtype(slots: int) -> np.dtype[np.void]:
    return np.dtype(
        {
            "names": ["time", "date", "count", "triplets"],
            "formats": [">u4", ">u4", ">u2", (TRIPLET, (slots,))],
            "offsets": [6, 10, 24, TRIPLETS_OFFSET],
            "itemsize": TRIPLETS_OFFSET + TRIPLET_BYTES * slots,
        }
    )


def read_sections(records: Records, checks: Checks) -> Sections:
    """Return the sections of `records`; what cannot be right is noted in `checks`.

    Reads min(triplets in the record, triplets known); records that fail a check still have rows,
    whose values mean nothing. A record that says one triplet too many (the documents differ) is
    believed as far as its first section leaves room.
    """
    layout = load_layout(records.subtype)
    names = layout.sections
    head = rows_at(records.data, records.starts, _head_dtype(len(names)))
    times, date_valid, time_valid = local_microseconds(
        head["date"].astype(np.uint32), head["time"].astype(np.uint32)
    )
    written = head["count"].astype(np.int64)
    triplets = head["triplets"]
    offsets = triplets["offset"].astype(np.int64)
    counts = np.minimum(written, _room(layout, offsets[:, 0]))
    table_end = TRIPLETS_OFFSET + TRIPLET_BYTES * counts
    short = records.lengths < TRIPLETS_OFFSET
    checks.fail(short, "SMF119LEN", "record_too_short", "the record ends before its triplets")
    name = "SMF119SD_TRN"
    checks.fail(written == 0, name, "no_triplets", "the record has no triplets")
    past = table_end > records.lengths
    checks.fail(past, name, "triplets_past_end", "the triplets reach past the record's end")
    few = written < _REQUIRED
    checks.fail(few, name, "too_few_triplets", "the record lacks its common section's triplet")
    checks.fail(~date_valid, "SMF119DTE", "date_invalid", "the date is no packed date")
    checks.fail(~time_valid, "SMF119TME", "time_invalid", "the time of day is past midnight")

    lengths = triplets["length"].astype(np.int64)
    numbers = triplets["number"].astype(np.int64)
    numbers[(np.arange(len(names)) >= counts[:, None]) | (offsets == 0)] = 0
    sections = Sections(records.subtype, names, offsets, lengths, numbers, times, written)
    for slot in range(len(names)):
        _check_slot(records, sections, slot, table_end, checks)
    return sections


def _room(layout: Layout, first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many known triplets fit before the section at `first`, V2R3's at least."""
    base = sum(layout.base_length(name) > 0 for name in layout.sections)
    room: NDArray[np.int64] = (first - TRIPLETS_OFFSET) // TRIPLET_BYTES
    return np.clip(room, base, len(layout.sections))


def _check_slot(
    records: Records,
    sections: Sections,
    slot: int,
    table_end: NDArray[np.int64],
    checks: Checks,
) -> None:
    layout = load_layout(records.subtype)
    name = sections.names[slot]
    offset, length = sections.offsets[:, slot], sections.lengths[:, slot]
    number = sections.numbers[:, slot]
    there = number > 0
    if slot < _REQUIRED:
        field = layout.triplet_name(slot, "Num")
        checks.fail(~there, field, "section_missing", f"the {name} section is missing")
    field = layout.triplet_name(slot, "Off")
    within = there & (offset < table_end)
    checks.fail(within, field, "section_in_header", f"the {name} section begins in the header")
    # The length of names may be that of the first or of all; the walk over them is exact.
    whole = length if name == "dn" else length * number
    past = there & (offset + whole > records.lengths)
    checks.fail(past, field, "section_past_end", f"the {name} section ends past the record")
    field = layout.triplet_name(slot, "Len")
    base = layout.base_length(name)
    short = there & (length < base)
    message = f"the {name} section is shorter than the {base} bytes of V2R3"
    checks.fail(short, field, "section_too_short", message)
