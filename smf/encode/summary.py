"""Subtype 12 records: one security session's interval, or aggregation switched on or off."""

from __future__ import annotations

from dataclasses import dataclass, field

from smf.encode.records import NameStyle, Stamp, assemble
from smf.encode.values import Values, encode_names, encode_section
from smf.layout import SUMMARY

INTERVAL, ENABLED, DISABLED = 1, 2, 3
PROTOCOL_BITS = {"NONE": 0x00, "TLS": 0x80, "SSH": 0x40, "IPSEC": 0x20}
_STCK_SHIFT = 12
"""Bit 51 of a STCK duration is one microsecond."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a release writes its sections: lengths in bytes, and what the name triplet says."""

    common: int = 204
    tls: int = 42
    ipsec: int = 74
    names: NameStyle = NameStyle.TOTAL_COUNT

    def length(self, section: str) -> int | None:
        """Return a section's length, None for one that has always been the same."""
        return {"common": self.common, "tls": self.tls, "ipsec": self.ipsec}.get(section)


V2R3 = Shape(tls=36)
V2R5 = Shape()
Z32 = Shape(common=212, tls=116, ipsec=148)


@dataclass(frozen=True, slots=True)
class Protection:
    """A protocol (NONE, TLS, SSH, IPSEC), the values of its section, its certificates' names."""

    protocol: str = "NONE"
    values: Values = field(default_factory=dict)
    names: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryRecord:
    """One subtype 12 record: values of the identification and common sections by key."""

    stamp: Stamp
    ident: Values
    common: Values
    protection: Protection = field(default_factory=Protection)


def stck(microseconds: int) -> int:
    """Return a duration as SMF writes it."""
    return microseconds << _STCK_SHIFT


def encode_summary(record: SummaryRecord, shape: Shape = V2R5) -> bytes:
    """Return the record with its RDW; `common.event` and the protocol bits have defaults.

    Raises `EncodeError` when a value has no field or does not fit.
    """
    protection = record.protection
    common: Values = {
        "event": INTERVAL,
        "protocols": PROTOCOL_BITS[protection.protocol],
        **record.common,
    }
    sections = {
        "ident": _section("ident", record.ident, shape),
        "common": _section("common", common, shape),
    }
    name = protection.protocol.lower()
    if protection.protocol != "NONE":
        sections[name] = _section(name, protection.values, shape)
    names = encode_names(SUMMARY, protection.names)
    return assemble(SUMMARY, record.stamp, sections, names, shape.names)


def _section(name: str, values: Values, shape: Shape) -> bytes:
    return encode_section(SUMMARY, name, values, length=shape.length(name))
