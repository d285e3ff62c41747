"""A stand-in for SYSTCPER, which is nowhere but on z/OS, and for the program that copies."""

from __future__ import annotations

import socket
import struct

INIT, TERM, TOKEN = 0xC9D5C9E3, 0xE3C5D9D4, 0xE2D4E3D2
REQUEST = struct.pack(">iIii", 32, 0xE9C5D9E3, 1, 0) + b"\xc0" + bytes(15)
COPIER = """
import struct, sys
while head := sys.stdin.buffer.read(4):
    rest = sys.stdin.buffer.read(struct.unpack(">i", head)[0] - 4)
    name = rest[12:].decode().strip()
    data = open(name, "rb").read() if name != "gone" else None
    sys.stdout.buffer.write(struct.pack(">i", -1 if data is None else len(data)) + (data or b""))
    sys.stdout.buffer.flush()
"""


def element(record: bytes, kind: int = 11) -> bytes:
    """A common transport element with its record, as far as its layout is recalled."""
    return struct.pack(">HHIQ", len(record) + 16, 16, kind, 0) + record


def message(kind: int, rest: bytes = b"") -> bytes:
    return struct.pack(">iIii", 16 + len(rest), kind, 1, 0) + rest


def token(name: str) -> bytes:
    """Tells of a buffer: here a file with this name."""
    return message(TOKEN, name.encode().ljust(64))


def listening() -> socket.socket:
    """The socket `nmi` in the directory of the process: its own path may be too long for one."""
    found = socket.socket(socket.AF_UNIX)
    found.bind("nmi")
    found.listen()
    return found
