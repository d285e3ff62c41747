"""Many interval records at once: one template per session, counters put in by numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smf.layout import SUMMARY, Field, load_layout

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
_INTERVAL_KEYS = ("duration", *(f"{edge}_{one}" for edge in ("init", "end") for one in COUNTERS))


@dataclass(frozen=True, slots=True)
class Interval:
    """What an interval's records share: header date (packed), length as SMF writes it.

    `times` are hundredths since midnight, one per record.
    """

    times: NDArray[np.int64]
    packed_date: int
    duration: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Fields without a gap, put in together: where they begin in every record, or (below 0) aren't.

    `type` has a field for each key.
    """

    keys: tuple[str, ...]
    places: NDArray[np.int64]
    type: np.dtype[np.void]


class Templates:
    """Encoded records in the order they arrive, one per session, ready to be stamped.

    Raises `LayoutError` when the layout table lacks a counter.
    """

    def __init__(self, records: Sequence[bytes]) -> None:
        self._data = np.frombuffer(bytearray(b"".join(records)), np.uint8)
        self._lengths = np.array([len(record) for record in records], np.int64)
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._stamps = self._runs("header", ("time", "date"))
        self._intervals = self._runs("common", _INTERVAL_KEYS)
        self._reasons = self._runs("ident", ("reason",))

    def __len__(self) -> int:
        return len(self._lengths)

    def stamp(
        self, rows: NDArray[np.int64], interval: Interval, init: Counters, end: Counters
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the records of `rows` (ascending) as one stretch, and where each ends.

        `init` and `end` have one line per row and the columns of `COUNTERS`.
        """
        columns = [interval.duration, *init.T, *end.T]
        values = dict(zip(_INTERVAL_KEYS, columns, strict=True))
        self._put(self._stamps, rows, {"time": interval.times, "date": interval.packed_date})
        self._put(self._intervals, rows, values)
        chosen = np.zeros(len(self), np.bool_)
        chosen[rows] = True
        return self._data[np.repeat(chosen, self._lengths)], np.cumsum(self._lengths[rows])

    def set_reason(self, rows: NDArray[np.int64], reasons: NDArray[np.int64]) -> None:
        """Say why the records are written: more of the interval follow, or none."""
        self._put(self._reasons, rows, {"reason": reasons})

    def _put(
        self,
        runs: list[_Run],
        rows: NDArray[np.int64],
        values: Mapping[str, NDArray[np.int64] | int],
    ) -> None:
        for run in runs:
            places = run.places[rows]
            data = np.empty(len(rows), run.type)
            for key in run.keys:
                data[key] = values[key]
            there = places >= 0
            if not there.all():
                places, data = places[there], data[there]
            if len(places):
                # A view with a stride of one byte over opaque items: scattering copies them whole.
                width = run.type.itemsize
                count = len(self._data) - width + 1
                raw = np.ndarray((count,), f"V{width}", self._data, strides=(1,))
                raw[places] = data.view(f"V{width}")

    def _runs(self, section: str, keys: Sequence[str]) -> list[_Run]:
        """Return the fields in runs; what records of some release lack begins a run of its own."""
        fields = sorted((load_layout(SUMMARY).field(section, key) for key in keys), key=_offset)
        begins, lengths = self._starts, self._lengths
        if section != "header":
            begins = begins + self._triplet(f"{section}.offset")
            lengths = self._triplet(f"{section}.length")
        groups: list[list[Field]] = []
        for field in fields:
            before = groups[-1][-1] if groups else None
            if before is None or before.end != field.offset or before.since != field.since:
                groups.append([])
            groups[-1].append(field)
        return [
            _Run(
                tuple(field.key for field in group),
                np.where(group[-1].end <= lengths, begins + group[0].offset, -1),
                np.dtype([(field.key, f">u{field.length}") for field in group]),
            )
            for group in groups
        ]

    def _triplet(self, key: str) -> NDArray[np.int64]:
        field = load_layout(SUMMARY).field("self-defining", key)
        places = (self._starts + field.offset)[:, None] + np.arange(field.length)
        found: NDArray[np.int64] = self._data[places].view(f">u{field.length}")[:, 0]
        return found.astype(np.int64)


def _offset(field: Field) -> int:
    return field.offset
