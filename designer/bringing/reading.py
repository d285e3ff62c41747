"""A file on its way in: bounded before anything costs time, and text."""

from __future__ import annotations

from typing import Final

from designer.content.errors import DesignerError
from policy.code_page import CodePage, encode
from policy.dialects.dialect import Dialect
from policy.errors import CodePageError
from policy.sources import Source, read

MOST_BYTES: Final = 1 << 20
MOST_RULES: Final = 500
"""Checks take a time that grows with the square of the rules."""


class FileError(DesignerError):
    """A file that is not looked at; the message says why."""


def read_file(
    data: bytes, *, page: CodePage | None = None, dialect: Dialect | None = None
) -> Source:
    """Return what a file says, in any form and code page. Raises FileError.

    Without a dialect a policy file is read in the shipped one.
    """
    if len(data) > MOST_BYTES:
        raise FileError(f"it is larger than {MOST_BYTES // 1024:,} KiB")
    if not data.strip():
        raise FileError("it is empty")
    if b"\0" in data:
        raise FileError(f"it is binary, not text: byte {data.index(0) + 1:,} is zero")
    try:
        found = read(data, page=page, dialect=dialect)
    except CodePageError as error:
        raise FileError(str(error)) from error
    rules = sum(len(one.rules()) for one in found.policy.rule_sets)
    if rules > MOST_RULES:
        message = f"it has {rules:,} rules, and at most {MOST_RULES} are brought in at once"
        raise FileError(f"{message}; take it protocol by protocol, or in parts")
    return found


def read_text(
    text: str, *, page: CodePage = CodePage.UTF_8, dialect: Dialect | None = None
) -> Source:
    """Return what a text says that was a file of this code page. Raises FileError."""
    try:
        data = encode(text.replace("\r\n", "\n"), page)
    except (CodePageError, UnicodeEncodeError) as error:
        raise FileError(f"a character in it can't be written: {error}") from error
    return read_file(data, page=page, dialect=dialect)
