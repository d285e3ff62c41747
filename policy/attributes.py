"""What a connection looks like to a rule: plain values with zERT's raw codes.

Records are read elsewhere; whoever calls maps them to these. Nothing here knows SMF.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from ipaddress import IPv6Address

from policy.errors import ModelError
from policy.values.addresses import IPAddress
from policy.vocabulary import KINDS, Attribute, Protocol

TCP = 6


class Direction(StrEnum):
    """Who opened the connection; `BOTH` only in conditions."""

    INBOUND = "Inbound"
    OUTBOUND = "Outbound"
    BOTH = "Both"


class Source(IntEnum):
    """Where zERT learned the attributes, as its codes say; IPsec is always the stack's own."""

    UNKNOWN = 0
    OBSERVED = 1
    PROVIDER = 2


def source_of(code: int | None) -> Source:
    """Return the source that a record's code names; a code that nobody knows names none."""
    return Source(code) if code in (Source.OBSERVED, Source.PROVIDER) else Source.UNKNOWN


@dataclass(frozen=True, slots=True)
class Protection:
    """What one protocol does for a connection.

    `codes` are raw code values by attribute; one that is left out is not on record. `key_bits` is
    the length of the key a rule's smallest length is held against, None or 0 when unknown.
    `is_manual` marks an IPsec tunnel without phase 1. Raises `ModelError`.
    """

    protocol: Protocol
    codes: Mapping[Attribute, int] = field(default_factory=dict)
    key_bits: int | None = None
    source: Source = Source.OBSERVED
    is_manual: bool = False

    def __post_init__(self) -> None:
        foreign = set(self.codes) - set(KINDS[self.protocol])
        if foreign:
            raise ModelError(f"{self.protocol} has no attribute `{min(foreign)}`")
        if self.protocol is Protocol.NONE:
            raise ModelError("no recognized protection is the absence of protections")
        if self.is_manual and self.protocol is not Protocol.IPSEC:
            raise ModelError("only an IPsec tunnel can be manual")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection or a security session; no protections = no recognized protection.

    Ports are 0-65535, `direction` None when unknown, `ip_protocol` IANA's number. An
    IPv4-mapped IPv6 address is taken as the IPv4 address it carries. Raises `ModelError`.
    """

    local_ip: IPAddress
    local_port: int
    remote_ip: IPAddress
    remote_port: int
    job: str = ""
    user: str = ""
    direction: Direction | None = None
    protections: tuple[Protection, ...] = ()
    is_failed_handshake: bool = False
    ip_protocol: int = TCP

    def __post_init__(self) -> None:
        object.__setattr__(self, "local_ip", _plain(self.local_ip))
        object.__setattr__(self, "remote_ip", _plain(self.remote_ip))
        for port in (self.local_port, self.remote_port):
            if not 0 <= port <= 65_535:
                raise ModelError(f"`{port}` is no port")
        if self.direction is Direction.BOTH:
            raise ModelError("a connection is inbound or outbound, not both")
        if len({one.protocol for one in self.protections}) != len(self.protections):
            raise ModelError("a connection has one protection of each protocol")

    def protection(self, protocol: Protocol) -> Protection | None:
        """Return what `protocol` does for this connection, None when it does nothing."""
        return next((one for one in self.protections if one.protocol is protocol), None)


def _plain(address: IPAddress) -> IPAddress:
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
