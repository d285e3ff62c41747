"""Records made longer or shorter in one place, with triplets and RDW to match."""

from __future__ import annotations

from tests.builders.reading import put, with_length

_TRIPLETS, _SIZE = 28, 8


def triplet(record: bytes, slot: int) -> tuple[int, int, int]:
    """Offset, length and number of a triplet."""
    start = _TRIPLETS + _SIZE * slot
    part = record[start : start + _SIZE]
    return (
        int.from_bytes(part[:4], "big"),
        int.from_bytes(part[4:6], "big"),
        int.from_bytes(part[6:], "big"),
    )


def with_triplet(record: bytes, slot: int, values: tuple[int, int, int]) -> bytes:
    """The record with a triplet overwritten."""
    start = _TRIPLETS + _SIZE * slot
    for value, at, width in zip(values, (0, 4, 6), (4, 2, 2), strict=True):
        record = put(record, start + at, value, width)
    return record


def resized(record: bytes, slot: int, length: int, filling: bytes = b"") -> bytes:
    """The record with one section cut to `length` or filled up to it; what follows moves."""
    begin, old, number = triplet(record, slot)
    section = (record[begin : begin + old] + filling)[:length]
    assert len(section) == length
    moved = record[:begin] + section + record[begin + old :]
    return _shifted(with_triplet(moved, slot, (begin, length, number)), begin, length - old)


def with_room(record: bytes, more: int) -> bytes:
    """The record with zeros for `more` triplets behind those it says it has."""
    count = int.from_bytes(record[24:26], "big")
    end = triplet(record, 0)[0]
    moved = put(record, 24, count + more, 2)
    moved = moved[:end] + bytes(_SIZE * more) + moved[end:]
    return _shifted(moved, end - 1, _SIZE * more, before=count)


def _shifted(record: bytes, behind: int, by: int, before: int | None = None) -> bytes:
    for slot in range(record[25] if before is None else before):
        offset, length, number = triplet(record, slot)
        if number and behind < offset <= len(record):
            record = with_triplet(record, slot, (offset + by, length, number))
    return with_length(record)
