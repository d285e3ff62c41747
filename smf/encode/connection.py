"""Subtype 11 records: one event in the life of a connection, or discovery switched on or off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from smf.encode.records import NameStyle, Stamp, assemble, hundredths
from smf.encode.summary import PROTOCOL_BITS
from smf.encode.values import Names, Values, encode_names, encode_section
from smf.layout import DETAIL
from smf.times import pack_date

INITIATION, CHANGE, TERMINATION, SHORT, ENABLED, DISABLED = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """One subtype 11 record.

    `start` and `end` are naive UTC, the stamp is local; `protections` maps TLS, SSH, IPSEC to
    the values of their sections (several at once are possible).
    """

    stamp: Stamp
    ident: Values
    common: Values
    start: datetime | None = None
    end: datetime | None = None
    protections: Mapping[str, Values] = field(default_factory=dict)
    names: Names = ()
    ipfilter: Values | None = None
    policy: bytes = b""


def encode_connection(record: ConnectionRecord, style: NameStyle = NameStyle.TOTAL_COUNT) -> bytes:
    """Return the record with its RDW; raises `EncodeError` when a value does not fit."""
    common: Values = {
        "protocols": sum(PROTOCOL_BITS[name] for name in record.protections),
        **_moment("start", record.start),
        **_moment("end", record.end),
        **record.common,
    }
    sections = {
        "ident": encode_section(DETAIL, "ident", record.ident),
        "common": encode_section(DETAIL, "common", common),
    }
    if record.ipfilter is not None:
        sections["ipfilter"] = encode_section(DETAIL, "ipfilter", record.ipfilter)
    for protocol, values in record.protections.items():
        name = protocol.lower()
        sections[name] = encode_section(DETAIL, name, values)
    if record.policy:
        sections["policy"] = record.policy
    return assemble(DETAIL, record.stamp, sections, encode_names(DETAIL, record.names), style)


def _moment(key: str, time: datetime | None) -> dict[str, int | bytes]:
    if time is None:
        return {}
    return {f"{key}_time": hundredths(time), f"{key}_date": pack_date(time.date())}
