"""A policy file in the code page that it is taken away in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from designer.content.errors import DesignerError
from policy.code_page import CodePage, decode, encode
from policy.errors import CodePageError

TEXT_PAGE: Final = CodePage.UTF_8
"""To be converted on its way; the other page goes to z/OS byte for byte."""
_TYPES: Final = {
    CodePage.UTF_8: "text/plain; charset=utf-8",
    CodePage.IBM_1047: "application/octet-stream",
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """The bytes of a policy file."""

    data: bytes
    page: CodePage

    @property
    def text(self) -> str:
        """What the bytes say."""
        return decode(self.data, self.page)

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes: what `sha256sum` says of the file that was taken away."""
        return sha256(self.data).hexdigest()

    @property
    def media_type(self) -> str:
        """EBCDIC is no text to a browser."""
        return _TYPES[self.page]

    def named(self, stem: str) -> str:
        """Return the name of the file: one that is in EBCDIC says so."""
        mark = "" if self.page is TEXT_PAGE else f".{self.page.lower()}"
        return f"{stem}{mark}.zert"


def page_named(text: str) -> CodePage:
    """Return a code page by its name, UTF-8 for none. Raises DesignerError."""
    known = {page.value: page for page in CodePage}
    found = known.get(text.upper()) if text else TEXT_PAGE
    if found is None:
        raise DesignerError(f"`{text[:40]}` is no code page of policy files: {', '.join(known)}")
    return found


def statement_for(page: CodePage) -> CodePage | None:
    """Return what the file itself is to name: what is converted on its way names nothing."""
    return None if page is TEXT_PAGE else page


def encoded(text: str, page: CodePage) -> Encoded:
    """Return the bytes of a policy file. Raises DesignerError with the line that has no room."""
    try:
        return Encoded(encode(text, page), page)
    except CodePageError:
        for number, line in enumerate(text.split("\n"), start=1):
            _check(line, number, page)
        raise


def with_digest(text: str, digest: str) -> Encoded | None:
    """Return a file's text in the code page in which it has this SHA-256; None without one."""
    for page in CodePage:
        with suppress(CodePageError):
            found = Encoded(encode(text, page), page)
            if found.digest == digest:
                return found
    return None


def _check(line: str, number: int, page: CodePage) -> None:
    try:
        encode(line, page)
    except CodePageError as error:
        raise DesignerError(f"{error}: it stands on line {number}: {line.strip()[:80]}") from error
