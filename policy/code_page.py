"""Code pages of policy files: IBM-1047, Policy Agent's default, and UTF-8."""

from __future__ import annotations

import string
from enum import StrEnum
from functools import cache

from policy.errors import CodePageError

# Code page 1047 is 037 with six positions exchanged (IBM CDRA, CCSID 1047 against 37); Python
# does not carry it. A z/OS UNIX line ends in NEL (X'15'), which 037 reads as U+0085.
_OVER_CP037 = {0xAD: "[", 0xBD: "]", 0xBA: "Ý", 0xBB: "¨", 0x5F: "^", 0xB0: "¬", 0x15: "\n"}
_LINE_FEED = 0x25
_MARK = b"\xef\xbb\xbf"
_BLANKS = b"\x40\x15\x25"
_ALPHANUMERIC = (string.ascii_letters + string.digits).encode()
_ALPHANUMERIC_EBCDIC = (string.ascii_letters + string.digits).encode("cp037")


class CodePage(StrEnum):
    """Policy Agent reads IBM-1047 unless a `Codepage` statement says otherwise."""

    IBM_1047 = "IBM-1047"
    UTF_8 = "UTF-8"


def detect(data: bytes) -> CodePage:
    """Return the code page of a file; raises `CodePageError` when it is neither.

    EBCDIC text is no UTF-8, unless it has neither letters nor digits. What is no UTF-8 either is
    IBM-1047 where EBCDIC's letters and digits outnumber ASCII's.
    """
    try:
        decode(data, CodePage.UTF_8)
    except CodePageError:
        if _count(data, _ALPHANUMERIC_EBCDIC) > _count(data, _ALPHANUMERIC):
            return CodePage.IBM_1047
        raise
    return CodePage.UTF_8 if data.strip(_BLANKS) or not data else CodePage.IBM_1047


def _count(data: bytes, among: bytes) -> int:
    return len(data) - len(data.translate(None, among))


def decode(data: bytes, page: CodePage | None = None) -> str:
    """Return the text of a file, lines ended by a line feed; detects the page when not told.

    Raises `CodePageError`.
    """
    if page is None:
        page = detect(data)
    if page is CodePage.IBM_1047:
        text = data.decode("latin-1").translate(_to_text())
    else:
        try:
            text = data.removeprefix(_MARK).decode()
        except UnicodeDecodeError as error:
            raise CodePageError(f"byte {error.start} is neither UTF-8 nor IBM-1047 text") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def encode(text: str, page: CodePage = CodePage.IBM_1047) -> bytes:
    """Return `text` in a code page; raises `CodePageError` with the character it lacks."""
    if page is CodePage.UTF_8:
        return text.encode()
    table = _to_bytes()
    missing = next((char for char in text if char not in table), "")
    if missing:
        raise CodePageError(f"the character `{missing}` is not in IBM-1047")
    return bytes(table[char] for char in text)


@cache
def _to_text() -> dict[int, str]:
    chars = list(bytes(range(256)).decode("cp037"))
    for position, char in _OVER_CP037.items():
        chars[position] = char
    chars[_LINE_FEED] = "\n"
    return dict(enumerate(chars))


@cache
def _to_bytes() -> dict[str, int]:
    return {char: byte for byte, char in _to_text().items() if byte != _LINE_FEED}
