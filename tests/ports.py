"""Ports for servers that tests start."""

from __future__ import annotations

import secrets
import socket

FIRST, BEFORE = 15_000, 32_000
"""Below those that the system gives to whoever asks for any: it takes none of these meanwhile."""


def free_port() -> int:
    """A port that nobody has, for TCP and UDP; who is to bind it may take its time."""
    while True:
        port = FIRST + secrets.randbelow(BEFORE - FIRST)
        with (
            socket.socket() as stream,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        ):
            try:
                stream.bind(("127.0.0.1", port))
                datagrams.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
