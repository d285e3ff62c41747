"""One section's bytes to a nested dictionary, by the layout table."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from smf.ebcdic import DEFAULT_CODE_PAGE, decode
from smf.layout import BASE_RELEASE, Field, load_layout

Value: TypeAlias = "int | str"
Section: TypeAlias = "dict[str, int | str | dict[str, int | str]]"

_IPV4_BYTES = 4
_MAX_SERIAL_BYTES = 20
_LOW_FOUR_BITS = frozenset({"major", "minor"})
_TIME_LENGTHS = {1: 13, 2: 15}
"""Characters used by a certificate time's type: UTCTime, GeneralizedTime."""
_CERTIFICATE_PARTS = frozenset({"serial_len", "serial", "time_type", "not_after"})
_BESIDE = {
    "serial": "serial_len",
    "session_id": "session_id_len",
    "skey_fp": "skey_fp_len",
    "ckey_fp": "ckey_fp_len",
    "not_after": "time_type",
}
_HIDDEN = frozenset(_BESIDE.values())


@dataclass(frozen=True, slots=True)
class Decoded:
    """A section's fields by key, certificates nested; `opaque` are bytes without known meaning.

    The keys of `opaque` are `<section>.<offset>`, the values hex.
    """

    fields: Section
    opaque: dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """How one field is read: `group` and `part` are its places in the nested dictionary.

    `needs` is the length the section must have for it; `beside` the field that gives its length
    (serials, identifiers) or its form (certificate times).
    """

    field: Field
    group: str
    part: str
    needs: int
    extension: bool
    beside: Field | None


@cache
def steps_of(subtype: int, section: str) -> tuple[Step, ...]:
    """Return how each field of a section is read."""
    fields = {field.key: field for field in load_layout(subtype).section(section) if field.key}
    steps = []
    for field in fields.values():
        group, _, part = field.key.rpartition(".")
        certificate = part in _CERTIFICATE_PARTS
        last = fields[f"{group}.not_after"] if certificate else field
        beside = _BESIDE.get(part, "")
        steps.append(
            Step(
                field=field,
                group=group,
                part=part,
                needs=last.end,
                extension=certificate and not field.since.startswith(BASE_RELEASE),
                beside=fields.get(f"{group}.{beside}" if group else beside),
            )
        )
    return tuple(steps)


def decode_section(
    subtype: int,
    section: str,
    data: bytes,
    *,
    ipv6: bool = False,
    code_page: str = DEFAULT_CODE_PAGE,
) -> Decoded:
    """Return the fields of one section that its length covers.

    Codes stay numbers, texts are without padding, serials and identifiers hex of their stated
    length. What the section has behind the last known field is kept as opaque bytes, as is a
    z/OS 3.2 certificate extension whose lengths make no sense.
    """
    fields: dict[str, Value] = {}
    groups: dict[str, dict[str, Value]] = {}
    opaque: dict[str, str] = {}
    known = 0
    usable = usable_length(subtype, section, data)
    for step in steps_of(subtype, section):
        if step.needs > usable:
            continue
        known = max(known, step.field.end)
        piece = data[step.field.offset : step.field.end]
        if step.field.key == "opaque":
            opaque[f"{section}.{step.field.offset}"] = piece.hex()
        elif step.part not in _HIDDEN:
            holder = groups.setdefault(step.group, {}) if step.group else fields
            holder[step.part] = value_of(step, data, ipv6=ipv6, code_page=code_page)
    known = max(known, min(len(data), load_layout(subtype).base_length(section)))
    if len(data) > known:
        opaque[f"{section}.{known}"] = data[known:].hex()
    return Decoded({**fields, **groups}, opaque)


def usable_length(subtype: int, section: str, data: bytes) -> int:
    """Return how far a section can be believed: its length, less a senseless extension."""
    usable = len(data)
    for step in steps_of(subtype, section):
        if step.extension and step.part in ("serial_len", "time_type") and step.needs <= usable:
            limit = _MAX_SERIAL_BYTES if step.part == "serial_len" else max(_TIME_LENGTHS)
            if data[step.field.offset] > limit:
                return min(s.field.offset for s in steps_of(subtype, section) if s.extension)
    return usable


def value_of(step: Step, data: bytes, *, ipv6: bool, code_page: str) -> Value:
    """Return what one field of a section says; the section must cover it."""
    field = step.field
    piece = data[field.offset : field.end]
    if field.format == "binary":
        number = int.from_bytes(piece, "big")
        return number & 0x0F if step.part in _LOW_FOUR_BITS else number
    if field.format == "ip":
        return address(piece, ipv6=ipv6)
    if step.beside is None:
        return piece.hex() if field.format == "bytes" else decode(piece, code_page)
    stated = int.from_bytes(data[step.beside.offset : step.beside.end], "big")
    return _certificate_text(piece, stated) if step.part == "not_after" else piece[:stated].hex()


def _certificate_text(piece: bytes, time_type: int) -> str:
    """Return a certificate time whose characters may be EBCDIC or ASCII."""
    used = piece[: _TIME_LENGTHS.get(time_type, len(piece))]
    plain = used.strip(b"\x00\x20")
    if not plain or (plain.isalnum() and plain.isascii()):
        return plain.decode("ascii")
    return decode(used).strip()


def address(data: bytes, *, ipv6: bool) -> str:
    """Return an address; IPv4 stands in the first four of the 16 bytes."""
    if ipv6:
        return str(ipaddress.IPv6Address(data))
    return ".".join(map(str, data[:_IPV4_BYTES]))
