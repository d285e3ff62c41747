"""Telling the records of a window apart: what is decoded, what is counted and left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smf.decode.checks import Checks, Records
from smf.framing.headers import HEAD, ZERT_RECORD_TYPE
from smf.layout import DETAIL, SUMMARY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.errors import Rejected
    from smf.framing import Walk

_MARKERS = (2, 3)
"""What the dump programs write first and last."""
_EXTENDED = 0x20
_SUBTYPE_END = HEAD.itemsize


@dataclass(frozen=True, slots=True)
class Selected:
    """The zERT records of a window by subtype, and counts of the others by kind."""

    summary: Records
    detail: Records
    ignored: dict[str, int]
    rejects: list[Rejected]


def select(found: Walk, record_number: int) -> Selected:
    """Return the zERT records; `record_number` counts the records before this window."""
    head = found.heads
    numbers = record_number + 1 + np.arange(len(found.starts), dtype=np.int64)
    extended = head["flags"] & _EXTENDED != 0
    marker = ~extended & np.isin(head["type"], _MARKERS)
    ours = ~extended & (head["type"] == ZERT_RECORD_TYPE)
    short = ours & (found.lengths < _SUBTYPE_END)
    summary = ours & ~short & (head["subtype"] == SUMMARY)
    detail = ours & ~short & (head["subtype"] == DETAIL)
    kinds = {
        "marker": marker,
        "extended_header": extended,
        "other_type": ~extended & ~marker & ~ours,
        "other_subtype": ours & ~short & ~summary & ~detail,
    }
    return Selected(
        summary=_records(found, summary, numbers, SUMMARY),
        detail=_records(found, detail, numbers, DETAIL),
        ignored={kind: int(where.sum()) for kind, where in kinds.items() if where.any()},
        rejects=_short_rejects(_records(found, short, numbers, 0)),
    )


def _records(
    found: Walk, where: NDArray[np.bool_], numbers: NDArray[np.int64], subtype: int
) -> Records:
    return Records(
        found.data,
        found.starts[where],
        found.lengths[where],
        found.offsets[where],
        numbers[where],
        subtype,
    )


def _short_rejects(records: Records) -> list[Rejected]:
    checks = Checks(len(records))
    every = np.ones(len(records), np.bool_)
    checks.fail(every, "SMF119LEN", "record_too_short", "the record ends before its subtype")
    return checks.rejects(records)
