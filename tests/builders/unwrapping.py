"""Reading a file without its wrappers."""

from __future__ import annotations

from pathlib import Path

from smf.unwrap import open_source


def unwrapped(path: Path, size: int = 1 << 16) -> tuple[bytes, str]:
    """The bytes, and what the source says of damage, read `size` bytes at a time."""
    source, out, buffer = open_source(path, 1 << 40), bytearray(), bytearray(size)
    try:
        while filled := source.readinto(memoryview(buffer)):
            out += buffer[:filled]
        return bytes(out), source.damage
    finally:
        source.close()


def records_of(data: bytes) -> list[bytes]:
    """The whole records of an RDW stream; AMATERSE gives a cut one a length beyond the end."""
    found, place = [], 0
    while place + 4 <= len(data):
        end = place + int.from_bytes(data[place : place + 2], "big")
        if end > len(data):
            break
        found.append(data[place:end])
        place = end
    return found
