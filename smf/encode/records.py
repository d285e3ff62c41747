"""Sections into one SMF 119 record: header, triplets, sections; and records of other kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache

from smf.ebcdic import encode
from smf.encode.values import EncodeError, encode_field, fields_of
from smf.layout import Layout, load_layout
from smf.times import MICROSECONDS_PER_HUNDREDTH, pack_date

RECORD_TYPE = 119
MAX_RECORD_BYTES = 32_767
_SUBTYPES_USED = 0x40
_SUBSYSTEM_USED = 0x80
_BASE_TRIPLETS = 7
"""What both subtypes say in V2R3, though subtype 12 describes only six."""
_POLICY_TRIPLETS = 8
_TRIPLET_PARTS = (4, 2, 2)
_MOST_SHAPES = 4_096
"""Records with sections of the same lengths share their triplets."""


class NameStyle(StrEnum):
    """What the triplet of the distinguished names says; the manuals leave it open."""

    TOTAL_COUNT = "total+count"
    TOTAL_ONE = "total+one"
    FIRST_COUNT = "first+count"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A record's header: naive local `time` and the system's four-character SMF id."""

    time: datetime
    system_id: str


def hundredths(time: datetime) -> int:
    """Return hundredths of a second since midnight."""
    seconds = time.hour * 3600 + time.minute * 60 + time.second
    return seconds * 100 + time.microsecond // MICROSECONDS_PER_HUNDREDTH


def assemble(
    subtype: int,
    stamp: Stamp,
    sections: Mapping[str, bytes],
    names: list[bytes],
    style: NameStyle = NameStyle.TOTAL_COUNT,
) -> bytes:
    """Return a record with its RDW; `sections` by name, absent ones have a triplet of zeros.

    Raises `EncodeError` when it grows past 32,767 bytes.
    """
    layout = load_layout(subtype)
    body, sizes = [], []
    for name in layout.sections:
        data = b"".join(names) if name == "dn" else sections.get(name, b"")
        if data:
            body.append(data)
            one = _sizes(data, names, style) if name == "dn" else (len(data), 1)
            sizes.append((name, len(data), *one))
    head = bytearray(_triplets(subtype, tuple(sizes)))
    _put_header(head, layout, stamp, len(head) + sum(map(len, body)))
    return b"".join((head, *body))


@lru_cache(_MOST_SHAPES)
def _triplets(subtype: int, sizes: tuple[tuple[str, int, int, int], ...]) -> bytes:
    """Header and triplets of a record with these sections: name, bytes, length, number."""
    layout = load_layout(subtype)
    has_policy = any(name == "policy" for name, *_ in sizes)
    head = bytearray(_head_length(subtype, has_policy))
    at = len(head)
    for name, size, length, number in sizes:
        _put_triplet(head, layout, name, (at, length, number))
        at += size
    triplets = _POLICY_TRIPLETS if has_policy else _BASE_TRIPLETS
    _put(head, layout, "self-defining", {"triplets": triplets})
    return bytes(head)


def filler_record(record_type: int, stamp: Stamp, subtype: int | None, size: int) -> bytes:
    """Return a record of another type, with or without subtype, of `size` bytes with its RDW."""
    layout = load_layout(12)
    start = layout.field("header", "subtype" if subtype is not None else "subsystem")
    head = bytearray(start.end if subtype is not None else start.offset)
    _put_header(head, layout, stamp, max(size, len(head)))
    flags = _SUBTYPES_USED | _SUBSYSTEM_USED if subtype is not None else 0
    _put(head, layout, "header", {"record_type": record_type, "flags": flags})
    if subtype is not None:
        _put(head, layout, "header", {"subtype": subtype})
    return bytes(head).ljust(size, encode("", 1))


def marker_record(stamp: Stamp, *, last: bool) -> bytes:
    """Return the type 2 record that begins a dump, or the type 3 record that ends it."""
    return filler_record(3 if last else 2, stamp, None, 18)


@cache
def _head_length(subtype: int, with_policy: bool) -> int:
    fields = load_layout(subtype).section("self-defining")
    return max(f.end for f in fields if with_policy or f.key != "policy.triplet")


def _sizes(data: bytes, names: list[bytes], style: NameStyle) -> tuple[int, int]:
    if style is NameStyle.TOTAL_ONE:
        return len(data), 1
    first = style is NameStyle.FIRST_COUNT
    return len(names[0]) if first else len(data), len(names)


def _put_triplet(head: bytearray, layout: Layout, name: str, values: tuple[int, int, int]) -> None:
    if name == "policy":
        parts = zip(values, _TRIPLET_PARTS, strict=True)
        data = b"".join(value.to_bytes(size, "big") for value, size in parts)
        _put(head, layout, "self-defining", {"policy.triplet": data})
        return
    keys = (f"{name}.{part}" for part in ("offset", "length", "number"))
    _put(head, layout, "self-defining", dict(zip(keys, values, strict=True)))


def _put_header(head: bytearray, layout: Layout, stamp: Stamp, length: int) -> None:
    if length > MAX_RECORD_BYTES:
        raise EncodeError(f"a record of {length} bytes is too long")
    values: dict[str, int | str | bytes] = {
        "length": length,
        "flags": _SUBTYPES_USED | _SUBSYSTEM_USED,
        "record_type": RECORD_TYPE,
        "time": hundredths(stamp.time),
        "date": pack_date(stamp.time.date()),
        "system_id": stamp.system_id,
    }
    if len(head) > fields_of(layout.subtype, "header")["subtype"].offset:
        values |= {"subsystem": "STC", "subtype": layout.subtype}
    _put(head, layout, "header", values)


def _put(
    head: bytearray, layout: Layout, section: str, values: Mapping[str, int | str | bytes]
) -> None:
    for key, value in values.items():
        field = fields_of(layout.subtype, section)[key]
        head[field.offset : field.end] = encode_field(field, value)
