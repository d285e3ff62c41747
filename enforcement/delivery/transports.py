"""Connections to syslog servers; every failure is an `OSError`."""

from __future__ import annotations

import fcntl
import select
import socket
import ssl
import struct
import termios
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from enforcement.delivery.addresses import Address, Transport

TIMEOUT_S = 10.0
_INT = struct.Struct("i")


@dataclass(frozen=True, slots=True)
class Security:
    """For TLS: whom to trust (the machine's authorities without a file), and who we are."""

    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """An address and how to speak to it; `counts` frames by octet counting (RFC 6587), else LF."""

    address: Address
    counts: bool = True
    security: Security = Security()


class Link:
    """One connection: sends messages, and tells when the other end is gone."""

    def __init__(self, connected: socket.socket, framed: Callable[[bytes], bytes] | None) -> None:
        self._socket = connected
        self._framed = framed

    def send(self, messages: Sequence[bytes]) -> None:
        """Send messages in their order."""
        if self._framed is not None:
            self._socket.sendall(b"".join(map(self._framed, messages)))
            return
        for one in messages:
            self._socket.send(one)

    def check(self) -> None:
        """Raise `OSError` when the other end has refused a datagram or closed the connection."""
        error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, "the server refused a message")
        readable = select.select([self._socket], [], [], 0)[0]
        if self._framed is not None and readable and not self._read():
            raise ConnectionResetError("the server closed the connection")

    def waiting(self) -> int:
        """Return how many bytes have not left this machine, or were not taken by its server."""
        left = bytearray(_INT.size)
        fcntl.ioctl(self._socket.fileno(), termios.TIOCOUTQ, left)
        return int(_INT.unpack(left)[0])

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _read(self) -> bool:
        """Take what a server says, which nobody expects; False at the end of the stream."""
        self._socket.settimeout(0)
        try:
            return bool(self._socket.recv(4_096))
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        finally:
            self._socket.settimeout(TIMEOUT_S)


def connect(server: Server) -> Link:
    """Return a connection; raises `OSError` (TLS errors are)."""
    address = server.address
    if address.transport is Transport.UNIX:
        return Link(_datagrams(socket.AF_UNIX, address.path), None)
    if address.transport is Transport.UDP:
        family, *_, where = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)[
            0
        ]
        return Link(_datagrams(family, where), None)
    plain = socket.create_connection((address.host, address.port), TIMEOUT_S)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    framed = _counted if server.counts else _ended
    if address.transport is Transport.TCP:
        return Link(plain, framed)
    try:
        return Link(
            context(server.security).wrap_socket(plain, server_hostname=address.host), framed
        )
    except BaseException:
        plain.close()
        raise


def context(security: Security) -> ssl.SSLContext:
    """Return how TLS is spoken: host names are checked; raises `OSError` for unusable files."""
    authorities = security.authorities
    found = ssl.create_default_context(cafile=str(authorities) if authorities else None)
    found.minimum_version = ssl.TLSVersion.TLSv1_2
    if security.certificate is not None:
        found.load_cert_chain(security.certificate, security.key)
    return found


def _datagrams(family: int, where: object) -> socket.socket:
    found = socket.socket(family, socket.SOCK_DGRAM)
    try:
        found.settimeout(TIMEOUT_S)
        found.connect(where)  # type: ignore[arg-type]  # as `getaddrinfo` gives it
    except BaseException:
        found.close()
        raise
    return found


def _counted(message: bytes) -> bytes:
    return b"%d %b" % (len(message), message)


def _ended(message: bytes) -> bytes:
    return message + b"\n"
