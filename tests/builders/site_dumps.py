"""Big dumps made of the sample site's own records: other clients, other times, other counters."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "samples" / "site-rdw.smf.gz"
# Offsets in a subtype 12 record, from the RDW, and in its common section.
_TIME, _DATE, _SUBTYPE, _COMMON = 6, 10, 22, 36
_EVENT, _CLIENT, _INIT_IN_BYTES, _END_IN_BYTES = 8, 44, 124, 172
_INTERVALS_A_DAY = 48


@dataclass(frozen=True, slots=True)
class Block:
    """One interval: every session's record, one after the other, and what changes in it."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    commons: NDArray[np.int64]


def write_dump(path: Path, *, sessions: int, intervals: int, first: date) -> int:
    """An RDW stream of half-hour intervals; returns the records in it."""
    block = _block(sessions)
    random = np.random.default_rng(119)
    with path.open("wb") as out:
        for number in range(intervals):
            day = first + timedelta(days=number // _INTERVALS_A_DAY)
            hundredths = (number % _INTERVALS_A_DAY) * 180_000
            _patch(block.data, block.starts + _TIME, hundredths.to_bytes(4, "big"))
            _patch(block.data, block.starts + _DATE, _packed(day))
            growth = random.integers(1, 255, (sessions, 3), np.uint8)
            places = (block.commons + _END_IN_BYTES + 5)[:, None] + np.arange(3)
            block.data[places] = growth
            out.write(block.data)
    return sessions * intervals


def _patch(data: NDArray[np.uint8], places: NDArray[np.int64], value: bytes) -> None:
    data[places[:, None] + np.arange(len(value))] = np.frombuffer(value, np.uint8)


def _block(sessions: int) -> Block:
    templates = _templates()
    parts, commons = [], []
    for number in range(sessions):
        record = bytearray(templates[number % len(templates)])
        common = _common(record)
        for counter in (_INIT_IN_BYTES, _END_IN_BYTES):
            record[common + counter : common + counter + 8] = bytes(8)
        record[common + _CLIENT : common + _CLIENT + 4] = (0x0A000000 + number).to_bytes(4, "big")
        commons.append(common)
        parts.append(record)
    lengths = np.array([len(part) for part in parts], np.int64)
    starts = np.cumsum(lengths) - lengths
    return Block(np.frombuffer(bytearray(b"".join(parts)), np.uint8), starts, starts + commons)


def _templates() -> list[bytes]:
    """The interval records of the first half hours of the sample site."""
    data, position, found = gzip.decompress(SAMPLE.read_bytes()), 0, []
    while position < len(data):
        length = int.from_bytes(data[position : position + 2], "big")
        record = data[position : position + length]
        if _is_interval(record):
            found.append(record)
        position += length
    return found[:60]


def _is_interval(record: bytes) -> bool:
    summary = record[5] == 119 and record[_SUBTYPE : _SUBTYPE + 2] == b"\0\x0c"
    return summary and record[_common(record) + _EVENT] == 1


def _common(record: bytes | bytearray) -> int:
    return int.from_bytes(record[_COMMON : _COMMON + 4], "big")


def _packed(day: date) -> bytes:
    digits = f"{day.year // 100 - 19:02}{day.year % 100:02}{day.timetuple().tm_yday:03}F"
    return bytes.fromhex(digits)
