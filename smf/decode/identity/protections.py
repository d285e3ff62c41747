"""Distinct protections: the protocol, its section's bytes and the certificates' names.

A site can have a hundred thousand certificates of single clients. Their protections differ in
serials, dates, tunnel end points and names, and in nothing else: the rest is decoded once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import cast

from smf.decode.names import split_names
from smf.decode.sections import (
    Section,
    Step,
    decode_section,
    steps_of,
    usable_length,
    value_of,
)
from smf.gaps import Gapped, gap, json_text
from smf.layout import SUMMARY, load_layout

DIGEST_BYTES = 16
SECTIONS = ("tls", "ssh", "ipsec")
PROTOCOLS = {0x00: "NONE", 0x80: "TLS", 0x40: "SSH", 0x20: "IPSEC"}
PROTOCOL_MASK = 0xE0
_NAMES = "dns"
_OWN_PARTS = frozenset({"serial", "not_after"})
_MOST_SHARED = 4_096
_PLACES = {section.upper(): place for place, section in enumerate(SECTIONS)}
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class _Own:
    """A field whose value is a protection's own: its bytes are `begin` to `end` of the section."""

    step: Step
    key: str
    begin: int
    end: int
    zeros: bytes


@dataclass(frozen=True, slots=True)
class ProtectionKey:
    """What makes a protection: two records with equal keys have the same one.

    `sections` are the bytes of the TLS, SSH and IPsec sections, empty where absent; `names` the
    region of distinguished names; `ipv6` matters to IPsec, whose end points follow it.
    """

    protocols: int
    sections: tuple[bytes, ...]
    names: bytes
    ipv6: bool

    @property
    def protocol(self) -> str:
        """NONE, TLS, SSH or IPSEC."""
        return PROTOCOLS[self.protocols & PROTOCOL_MASK]

    def digest(self) -> bytes:
        """Return 16 bytes that identify the protection in any dump, framing and triplet style."""
        state = blake2b(digest_size=DIGEST_BYTES, person=b"zert protection")
        state.update(bytes((self.protocols, self.ipv6)))
        for part in (*self.sections, self.names):
            state.update(len(part).to_bytes(4, "big"))
            state.update(part)
        return state.digest()

    def raw(self, code_page: str) -> str:
        """Return canonical JSON of the protocol's raw codes, nested certificates and names.

        Sections that the protocol does not name, bytes no table describes and a protocol byte
        with more bits than the table knows are under `opaque` as hex by `<section>.<offset>`.
        """
        protocol = self.protocol
        own = {_NAMES: _names_text(self.names, code_page)}
        sections = self.sections
        if protocol in _PLACES:
            place = _PLACES[protocol]
            data = sections[place]
            for field in _own_fields(protocol.lower(), data):
                value = value_of(field.step, data, ipv6=self.ipv6, code_page=code_page)
                own[field.key] = json_text(str(value))
                data = data[: field.begin] + field.zeros + data[field.end :]
            sections = (*sections[:place], data, *sections[place + 1 :])
        alike = ProtectionKey(self.protocols, sections, b"", self.ipv6)
        return _shared_text(alike, code_page).filled(own)


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys and no spaces: equal values give equal text."""
    return _encode(value)


def _names_text(names: bytes, code_page: str) -> str:
    pairs = split_names(names, code_page)
    return f"[{','.join(f'[{kind},{json_text(text)}]' for kind, text in pairs)}]"


@lru_cache(_MOST_SHARED)
def _shared_text(key: ProtectionKey, code_page: str) -> Gapped:
    """Return the text of all protections like this one; zeros stand for what is their own."""
    value: dict[str, object] = {"protocol": key.protocol, _NAMES: gap(_NAMES)}
    opaque: dict[str, str] = {}
    if key.protocols & ~PROTOCOL_MASK:
        offset = load_layout(SUMMARY).field("common", "protocols").offset
        opaque[f"common.{offset}"] = f"{key.protocols:02x}"
    for section, data in zip(SECTIONS, key.sections, strict=True):
        value[section] = None
        if data and section.upper() == key.protocol:
            found = decode_section(SUMMARY, section, data, ipv6=key.ipv6, code_page=code_page)
            opaque.update(found.opaque)
            _open_gaps(found.fields, _own_fields(section, data))
            value[section] = found.fields
        elif data:
            opaque[f"{section}.0"] = data.hex()
    if opaque:
        value["opaque"] = opaque
    return Gapped(canonical_json(value))


def _open_gaps(fields: Section, own: list[_Own]) -> None:
    """Put a gap in the place of each of those fields."""
    for field in own:
        group = field.step.group
        holder = cast("dict[str, int | str]", fields[group] if group else fields)
        holder[field.step.part] = gap(field.key)


def _own_fields(section: str, data: bytes) -> list[_Own]:
    """Return the fields that can be a protection's own, as far as the section has them."""
    usable = usable_length(SUMMARY, section, data)
    return [field for field in _possible_fields(section) if field.step.needs <= usable]


@cache
def _possible_fields(section: str) -> tuple[_Own, ...]:
    steps = steps_of(SUMMARY, section)
    fields = [
        (one, one.field) for one in steps if one.part in _OWN_PARTS or one.field.format == "ip"
    ]
    return tuple(
        _Own(step, field.key, field.offset, field.end, bytes(field.length))
        for step, field in fields
    )
