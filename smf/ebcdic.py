"""EBCDIC text columns: code page tables, one string or a whole matrix of bytes at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from smf.errors import CodePageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT_CODE_PAGE = "cp1047"

# Code page 1047 is 037 with six positions exchanged (IBM CDRA, CCSID 1047 against 37); Python
# does not carry it.
_CP1047_OVER_CP037 = {0xAD: "[", 0xBD: "]", 0xBA: "Ý", 0xBB: "¨", 0x5F: "^", 0xB0: "¬"}
_INVARIANT = {0x40: " ", 0xC1: "A", 0xD1: "J", 0xE2: "S", 0xF0: "0", 0xF9: "9"}
"""What makes a code page EBCDIC: blank, capitals and digits are alike in all of them."""
_REPLACEMENT = "\ufffd"


@cache
def table(code_page: str) -> str:
    """Return the 256 characters of a single-byte EBCDIC code page; controls become U+FFFD.

    Controls are replaced because text columns end in PostgreSQL, CSV and HTML, where NUL and
    escape characters do harm. NUL and blank padding is cut before. Raises `CodePageError`.
    """
    every = bytes(range(256))
    name = code_page.lower().replace("-", "").replace("_", "").replace("ibm", "cp")
    try:
        chars = list(every.decode("cp037" if name == DEFAULT_CODE_PAGE else name, errors="replace"))
    except (LookupError, UnicodeError, ValueError) as error:
        raise CodePageError(code_page) from error
    if len(chars) != len(every) or any(chars[byte] != one for byte, one in _INVARIANT.items()):
        raise CodePageError(code_page)
    if name == DEFAULT_CODE_PAGE:
        for position, char in _CP1047_OVER_CP037.items():
            chars[position] = char
    return "".join(char if char.isprintable() or char == "\xa0" else _REPLACEMENT for char in chars)


@cache
def _translation(code_page: str) -> dict[int, str]:
    return dict(enumerate(table(code_page)))


@cache
def _lookup(code_page: str) -> NDArray[np.uint32]:
    return np.array([ord(char) for char in table(code_page)], dtype=np.uint32)


@cache
def _reverse(code_page: str) -> dict[int, int]:
    return {ord(char): byte for byte, char in enumerate(table(code_page)) if char != _REPLACEMENT}


def decode(data: bytes, code_page: str = DEFAULT_CODE_PAGE) -> str:
    """Return the text of one field without its trailing blanks and NULs."""
    return data.rstrip(b"\x40\x00").decode("latin-1").translate(_translation(code_page))


def encode(text: str, length: int, code_page: str = DEFAULT_CODE_PAGE) -> bytes:
    """Return `text` as `length` EBCDIC bytes, padded with blanks.

    Raises `ValueError` when the text is too long or has characters the code page lacks.
    """
    reverse = _reverse(code_page)
    if len(text) > length:
        raise ValueError(f"`{text}` is longer than {length} characters")
    try:
        data = bytes(reverse[ord(char)] for char in text)
    except KeyError as error:
        raise ValueError(f"`{text}` does not fit code page {code_page}") from error
    return data.ljust(length, b"\x40")


def decode_rows(rows: NDArray[np.uint8], code_page: str = DEFAULT_CODE_PAGE) -> list[str]:
    """Return one string per row of an (n, width) matrix, without trailing blanks and NULs."""
    if not len(rows):
        return []
    # NUL is numpy's own padding in a fixed-width string: map both paddings to it, then inner
    # blanks back.
    padding = (rows == 0x40) | (rows == 0)
    trailing = np.logical_and.accumulate(padding[:, ::-1], axis=1)[:, ::-1]
    codes = np.where(trailing, np.uint32(0), _lookup(code_page)[rows])
    wide = np.ascontiguousarray(codes).view(f"U{rows.shape[1]}")
    return [str(text) for text in wide.ravel().tolist()]
