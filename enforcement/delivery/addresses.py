"""Where a syslog server is: `udp://`, `tcp://` or `tls://` and a host, `unix://` and a path."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from enforcement.delivery.errors import AddressError


class Transport(StrEnum):
    """How messages travel."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    UNIX = "unix"


PORTS = {Transport.UDP: 514, Transport.TCP: 514, Transport.TLS: 6514}


@dataclass(frozen=True, slots=True)
class Address:
    """A server; `path` is that of a datagram socket, host and port are empty then."""

    transport: Transport
    host: str = ""
    port: int = 0
    path: str = ""


def parse(text: str) -> Address:
    """Return the server written in `text`; raises `AddressError`."""
    try:
        parts = urlsplit(text)
        port = parts.port
        transport = Transport(parts.scheme)
    except ValueError as error:
        known = ", ".join(f"{one}://" for one in Transport)
        raise AddressError(f"`{text}` is no syslog server; it begins with {known}") from error
    if parts.query or parts.fragment or parts.username or parts.password:
        raise AddressError(f"`{text}` has more than a syslog server's address holds")
    if transport is Transport.UNIX:
        if parts.netloc or not parts.path:
            raise AddressError(f"`{text}` has no path; write unix:///dev/log")
        return Address(transport, path=parts.path)
    if not parts.hostname or parts.path not in ("", "/"):
        raise AddressError(f"`{text}` is no {transport}://host:port")
    return Address(transport, parts.hostname, PORTS[transport] if port is None else port)
