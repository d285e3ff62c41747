"""Fixed-length sections of many records as structured rows, and columns of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from smf.decode.checks import Checks, Records, takes_all
from smf.framing.headers import rows_at
from smf.layout import Field, load_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.decode.triplets import Sections

BIGGEST = np.uint64(2**63 - 1)
"""What a bigint column holds; a larger counter is damage and is cut to it."""


@cache
def section_dtype(subtype: int, section: str) -> np.dtype[np.void]:
    """Return the V2R3 part of a section as a big-endian structured type, by our field keys."""
    layout = load_layout(subtype)
    size = layout.base_length(section)
    fields = [f for f in layout.section(section) if f.key and f.end <= size]
    return np.dtype(
        {
            "names": [field.key for field in fields],
            "formats": [_format(field) for field in fields],
            "offsets": [field.offset for field in fields],
            "itemsize": size,
        }
    )


def _format(field: Field) -> str:
    if field.format in ("binary", "packed"):
        return f">u{field.length}"
    return f"({field.length},)u1"


def section_rows(records: Records, sections: Sections, name: str) -> NDArray[np.void]:
    """Return one structured row per record; all must have the section."""
    places = records.starts + sections.offsets[:, sections.slot(name)]
    return rows_at(records.data, places, section_dtype(records.subtype, name))


def common_rows(records: Records, sections: Sections, checks: Checks) -> NDArray[np.void]:
    """Return the common sections; rows of records that failed a check are zero."""
    sound = checks.passed
    if sound.all():
        return section_rows(records, sections, "common")
    common = np.zeros(len(records), section_dtype(records.subtype, "common"))
    rows = section_rows(records.take(sound), sections.take(sound), "common")
    bytes_of(common)[sound] = bytes_of(rows)
    return common


def some(rows: NDArray[np.void], which: NDArray[np.bool_] | NDArray[np.int64]) -> NDArray[np.void]:
    """Return some of the rows with all their bytes.

    Indexing a structured array itself leaves the bytes between its fields undefined.
    """
    if takes_all(which):
        return rows
    return rows.view(f"V{rows.dtype.itemsize}")[which].view(rows.dtype)


def bytes_of(rows: NDArray[np.void]) -> NDArray[np.uint8]:
    """Return structured rows as an (n, itemsize) matrix of bytes that shares their memory."""
    return rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize)


def signed(column: NDArray[np.int64] | NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return counters as int64, cut at its largest value."""
    if column.dtype == np.int64:
        return column.astype(np.int64, copy=False)
    return np.minimum(column.astype(np.uint64), BIGGEST).astype(np.int64)
