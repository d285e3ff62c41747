"""Where everything in a dump lies: its descriptors, and what a walk says of each byte."""

from __future__ import annotations

from typing import NamedTuple

from smf.framing import Framing, Walk

_WORD = 4
_LAST, _MIDDLE = 2, 3


class Descriptor(NamedTuple):
    """A BDW, or an RDW, SDW or z/OSMF prefix of record `number` (of the one that follows)."""

    place: int
    kind: str
    number: int


def descriptors(data: bytes, framing: Framing) -> list[Descriptor]:
    """All descriptors of a healthy dump."""
    found, place, block_end, number = [], 0, 0, -1
    while place < len(data):
        if framing.blocked and place == block_end:
            found.append(Descriptor(place, "BDW", number + 1))
            block_end = place + _block_size(data, place)
            place += _WORD
        if framing is Framing.ZOSMF:
            code, size = 0, int.from_bytes(data[place : place + _WORD], "big") + _WORD
        else:
            code, size = data[place + 2], int.from_bytes(data[place : place + 2], "big")
        number += code not in (_LAST, _MIDDLE)
        found.append(Descriptor(place, "RDW", number))
        place += size
    return found


def _block_size(data: bytes, place: int) -> int:
    word = int.from_bytes(data[place : place + _WORD], "big")
    return word & 0x7FFFFFFF if word >> 31 else word >> 16


def parts(data: bytes, framing: Framing, found: Walk) -> list[tuple[int, int]]:
    """Begin and end of every record, reject and of the tail, in order."""
    spans = [
        (offset, _record_end(data, framing, offset, length))
        for offset, length in zip(found.offsets.tolist(), found.lengths.tolist(), strict=True)
    ]
    others = found.rejects if found.tail is None else [*found.rejects, found.tail]
    return sorted(spans + [(one.offset, one.offset + one.length) for one in others])


def _record_end(data: bytes, framing: Framing, place: int, length: int) -> int:
    """The end of a record of `length` bytes, over its segments and the BDWs between them."""
    if framing is Framing.ZOSMF:
        return place + length
    size = int.from_bytes(data[place : place + 2], "big")
    missing, place = length - size, place + size
    while missing > 0:
        size, code, zero = int.from_bytes(data[place : place + 2], "big"), *data[place + 2 :][:2]
        if code in (_LAST, _MIDDLE) and not zero and not (framing.blocked and size >> 15):
            missing -= size - _WORD
            place += size
        else:
            assert framing.blocked
            place += _WORD
    assert missing == 0
    return place


def assert_nothing_is_lost(data: bytes, framing: Framing, found: Walk) -> None:
    """Every byte belongs to one record, reject, BDW or to the tail."""
    at = 0
    for begin, end in parts(data, framing, found):
        assert begin == at or (framing.blocked and begin == at + _WORD), (at, begin)
        at = end
    assert at == len(data)
