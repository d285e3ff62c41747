"""Distinct protections: the protocol, its section's bytes and the certificates' names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b

from smf.decode.names import split_names
from smf.decode.sections import decode_section
from smf.layout import SUMMARY, load_layout

DIGEST_BYTES = 16
SECTIONS = ("tls", "ssh", "ipsec")
PROTOCOLS = {0x00: "NONE", 0x80: "TLS", 0x40: "SSH", 0x20: "IPSEC"}
PROTOCOL_MASK = 0xE0


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
        value: dict[str, object] = {"protocol": self.protocol}
        opaque: dict[str, str] = {}
        if self.protocols & ~PROTOCOL_MASK:
            offset = load_layout(SUMMARY).field("common", "protocols").offset
            opaque[f"common.{offset}"] = f"{self.protocols:02x}"
        for section, data in zip(SECTIONS, self.sections, strict=True):
            value[section] = None
            if data and section.upper() == self.protocol:
                found = decode_section(SUMMARY, section, data, ipv6=self.ipv6, code_page=code_page)
                value[section] = found.fields
                opaque.update(found.opaque)
            elif data:
                opaque[f"{section}.0"] = data.hex()
        value["dns"] = split_names(self.names, code_page)
        if opaque:
            value["opaque"] = opaque
        return canonical_json(value)


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
