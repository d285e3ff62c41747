"""The bytes of a rejected record: offset, hex, and the text they would be in EBCDIC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smf import ebcdic

WIDTH = 16
_DOT = "\u00b7"


@dataclass(frozen=True, slots=True)
class HexLine:
    """Sixteen bytes: `offset` from the record's start, both halves in hex, and as text."""

    offset: str
    left: str
    right: str
    text: str


def hex_lines(data: bytes, code_page: str = ebcdic.DEFAULT_CODE_PAGE) -> Iterator[HexLine]:
    """Yield the lines of a hex view; a byte that is no printable character shows as a dot."""
    table = ebcdic.table(code_page)
    for start in range(0, len(data), WIDTH):
        part = data[start : start + WIDTH]
        yield HexLine(
            offset=f"{start:06X}",
            left=part[: WIDTH // 2].hex(" ").upper().ljust(23),
            right=part[WIDTH // 2 :].hex(" ").upper().ljust(23),
            text="".join(_printable(table[byte]) for byte in part),
        )


def _printable(char: str) -> str:
    return char if char not in "\ufffd\xa0" else _DOT
