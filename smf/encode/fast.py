"""Many interval records at once: one template per session, counters put in by numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smf.layout import SUMMARY, load_layout

COUNTERS = (
    "conn",
    "partial",
    "short",
    "active",
    "in_bytes",
    "out_bytes",
    "in_segs",
    "out_segs",
    "failed",
)
"""The columns of `Counters`: what the common section gives at an interval's start and end."""

Counters = NDArray[np.int64]
_STAMP = (("header", "time"), ("header", "date"))
_TI_REASON = ("ident", "reason")


@dataclass(frozen=True, slots=True)
class Interval:
    """What an interval's records share: header date (packed), length as SMF writes it.

    `times` are hundredths since midnight, one per record.
    """

    times: NDArray[np.int64]
    packed_date: int
    duration: int


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a field is in every record, or (`places` < 0) is not."""

    places: NDArray[np.int64]
    width: int


class Templates:
    """Encoded records in the order they arrive, one per session, ready to be stamped.

    Raises `LayoutError` when the layout table lacks a counter.
    """

    def __init__(self, records: Sequence[bytes]) -> None:
        self._data = np.frombuffer(bytearray(b"".join(records)), np.uint8)
        self._lengths = np.array([len(record) for record in records], np.int64)
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._columns: dict[tuple[str, str], _Column] = {}
        keys = [*_STAMP, _TI_REASON, ("common", "duration")]
        keys += [("common", f"{end}_{one}") for one in COUNTERS for end in ("init", "end")]
        for section, key in keys:
            self._columns[section, key] = self._column(section, key)

    def __len__(self) -> int:
        return len(self._lengths)

    def stamp(
        self, rows: NDArray[np.int64], interval: Interval, init: Counters, end: Counters
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the records of `rows` (ascending) as one stretch, and where each ends.

        `init` and `end` have one line per row and the columns of `COUNTERS`.
        """
        self._put(("header", "time"), rows, interval.times)
        self._put(("header", "date"), rows, np.int64(interval.packed_date))
        self._put(("common", "duration"), rows, np.int64(interval.duration))
        for number, name in enumerate(COUNTERS):
            self._put(("common", f"init_{name}"), rows, init[:, number])
            self._put(("common", f"end_{name}"), rows, end[:, number])
        chosen = np.zeros(len(self), np.bool_)
        chosen[rows] = True
        return self._data[np.repeat(chosen, self._lengths)], np.cumsum(self._lengths[rows])

    def set_reason(self, rows: NDArray[np.int64], reasons: NDArray[np.int64]) -> None:
        """Say why the records are written: more of the interval follow, or none."""
        self._put(_TI_REASON, rows, reasons)

    def _put(
        self, key: tuple[str, str], rows: NDArray[np.int64], values: NDArray[np.int64] | np.int64
    ) -> None:
        column = self._columns[key]
        width = column.width
        places = column.places[rows]
        data = np.broadcast_to(values, places.shape).astype(f">u{width}")
        there = places >= 0
        if not there.all():
            places, data = places[there], data[there]
        if len(places):
            # A view with a stride of one byte over opaque items: scattering copies items whole.
            count = len(self._data) - width + 1
            raw = np.ndarray((count,), f"V{width}", self._data, strides=(1,))
            raw[places] = data.view(f"V{width}")

    def _column(self, section: str, key: str) -> _Column:
        layout = load_layout(SUMMARY)
        field = layout.field(section, key)
        if section == "header":
            return _Column(self._starts + field.offset, field.length)
        begin = self._triplet(f"{section}.offset")
        there = field.end <= self._triplet(f"{section}.length")
        return _Column(np.where(there, self._starts + begin + field.offset, -1), field.length)

    def _triplet(self, key: str) -> NDArray[np.int64]:
        field = load_layout(SUMMARY).field("self-defining", key)
        places = (self._starts + field.offset)[:, None] + np.arange(field.length)
        found: NDArray[np.int64] = self._data[places].view(f">u{field.length}")[:, 0]
        return found.astype(np.int64)
