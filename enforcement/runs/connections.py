"""A session of the store as a connection that the plain matcher can explain."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address
from typing import Any

from policy.attributes import Connection, Protection, source_of
from policy.vectorised import column_of
from policy.vectorised.frame import BITS, DIRECTIONS
from policy.vocabulary import KINDS, Protocol


def connection_of(row: Mapping[str, Any]) -> Connection:
    """Return the connection of a row of a history; what is unknown in it stays so."""
    ends = [IPv6Address(row[f"{end}_hi"] << 64 | row[f"{end}_lo"]) for end in ("local", "remote")]
    directions = {number: direction for direction, number in DIRECTIONS.items()}
    return Connection(
        ends[0],
        row["local_port"],
        ends[1],
        row["remote_port"],
        job=row["job"] or "",
        user=row["user"] or "",
        direction=directions[row["direction"] or 0],
        protections=tuple(
            _protection(protocol, row) for protocol, bit in BITS.items() if row["protocols"] & bit
        ),
        is_failed_handshake=bool(row["failed_handshake"]),
        ip_protocol=row["ip_protocol"],
    )


def _protection(protocol: Protocol, row: Mapping[str, Any]) -> Protection:
    codes = {one: row[column_of(protocol, one.value)] for one in KINDS[protocol]}
    known = {one: code for one, code in codes.items() if code is not None}
    bits = row[column_of(protocol, "key_bits")]
    if protocol is Protocol.IPSEC:
        is_manual = bool(row[column_of(protocol, "manual")])
        return Protection(protocol, known, bits, is_manual=is_manual)
    return Protection(protocol, known, bits, source_of(row[column_of(protocol, "source")]))
