"""What happened in each recording interval: life counters at its end minus those at its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smf.decode.gather import bytes_of, signed
from smf.decode.identity.hashing import WORD, WORD_BYTES, mix, sum_words
from smf.framing.headers import rows_at
from smf.layout import SUMMARY, load_layout
from smf.times import stck_microseconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.decode.checks import Records
    from smf.decode.triplets import Sections

_FINGERPRINT_SEED = 1_001
_COUNTERS = {
    "connections": "conn",
    "partial": "partial",
    "short": "short",
    "in_bytes": "in_bytes",
    "out_bytes": "out_bytes",
    "in_segs": "in_segs",
    "out_segs": "out_segs",
}
_QUARTER = 1 << 30
_WRAP = 1 << 32
_MAX_LEVEL = 2**31 - 1
_WORD_BYTES = 4
_PAIR = np.dtype([("init", ">u4"), ("end", ">u4")])


def activity_columns(
    records: Records, sections: Sections, common: NDArray[np.void]
) -> dict[str, NDArray[np.int64] | NDArray[np.bool_]]:
    """Return the activity columns but the session's, `failed` as -1 where the record has none."""
    columns: dict[str, NDArray[np.int64] | NDArray[np.bool_]] = {}
    restarted = np.zeros(len(records), np.bool_)
    for column, key in _COUNTERS.items():
        columns[column], back = _difference(common[f"init_{key}"], common[f"end_{key}"])
        restarted |= back
    failed = _failed(records, sections)
    columns["failed"], back = _difference(failed["init"], failed["end"])
    has_failed = _has_failed(sections)
    columns["failed"] = np.where(has_failed, columns["failed"], -1)
    columns["restarted"] = restarted | back
    columns["active"] = np.minimum(common["end_active"], _MAX_LEVEL).astype(np.int64)
    columns["duration_us"] = stck_microseconds(common["duration"].astype(np.uint64))
    columns["local_end"] = sections.times
    columns["fingerprint"] = _fingerprints(common, failed)
    return columns


def _difference(
    init: NDArray[np.uint32], end: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return end minus start, and where the counter went backwards.

    Backwards means that the session began anew (its life is the interval's activity), or that a
    four-byte counter wrapped: it was in its last quarter and is now in its first.
    """
    narrow = init.dtype.itemsize == _WORD_BYTES
    kind = np.int64 if narrow else np.uint64
    init, end = init.astype(kind), end.astype(kind)
    back: NDArray[np.bool_] = end < init
    change = end - init
    if back.any():
        change = np.where(back, end, change)
        wrapped = back & (init >= _WRAP - _QUARTER) & (end < _QUARTER)
        if narrow and wrapped.any():
            change = np.where(wrapped, end + _WRAP - init, change)
    return signed(change), back


def _has_failed(sections: Sections) -> NDArray[np.bool_]:
    """Return which records have the z/OS 3.2 counters of failed handshakes."""
    needed = load_layout(SUMMARY).field("common", "end_failed").end
    lengths = sections.lengths[:, sections.slot("common")]
    has: NDArray[np.bool_] = lengths >= needed
    return has


def _failed(records: Records, sections: Sections) -> NDArray[np.void]:
    offset = load_layout(SUMMARY).field("common", "init_failed").offset
    places = records.starts + sections.offsets[:, sections.slot("common")] + offset
    has_failed = _has_failed(sections)
    if not has_failed.any():
        return np.zeros(len(records), _PAIR)
    rows = rows_at(records.data, places, _PAIR)
    bytes_of(rows)[~has_failed] = 0
    return rows


def _fingerprints(common: NDArray[np.void], failed: NDArray[np.void]) -> NDArray[np.int64]:
    """Return a number that differs between two records of one session unless they are copies.

    It covers the duration and every counter, and is the same in any release of this package.
    """
    layout = load_layout(SUMMARY)
    begin = layout.field("common", "init_conn").offset
    matrix = bytes_of(common)
    duration = layout.field("common", "duration")
    parts = [matrix[:, duration.offset : duration.end], matrix[:, begin:], bytes_of(failed)]
    words = np.concatenate(parts, axis=1).view(WORD)
    sums = sum_words(words, (_FINGERPRINT_SEED,), words.shape[1] * WORD_BYTES)
    return mix(sums[:, 0]).view(np.int64)
