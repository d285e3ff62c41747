"""The comment block at the top of a generated file."""

from __future__ import annotations

from dataclasses import dataclass

from policy.code_page import CodePage
from policy.dialects.dialect import Dialect

MARK = "##"


@dataclass(frozen=True, slots=True)
class Header:
    """Who the file is for and where it comes from; empty parts are left out.

    `history` are lines such as `2026-01-15 09:30:00 admin`; times are the caller's.
    """

    image: str = ""
    stack: str = ""
    created_by: str = "Zertify"
    revision: str = ""
    digest: str = ""
    history: tuple[str, ...] = ()
    code_page: CodePage | None = None
    """The one that the file names in a statement of its own."""

    def lines(self, dialect: Dialect) -> list[str]:
        """Return the block; it always says which dialect the file is."""
        parts = [
            "zERT Policy Agent Configuration file for:",
            f"   Image: {self.image}" if self.image else "",
            f"   Stack: {self.stack}" if self.stack else "",
            f"Created by: {self.created_by}",
            f"Policy revision: {self.revision}" if self.revision else "",
            f"SHA-256: {self.digest}" if self.digest else "",
            *(f"Install history: {line}" for line in self.history),
            f"Dialect: {dialect.dialect_id} ({dialect.label})",
            self._page(dialect),
            "End of information",
        ]
        body = [f"{MARK} {_one_line(part)}" for part in parts if part]
        return [MARK, *body, MARK]

    def _page(self, dialect: Dialect) -> str:
        if self.code_page is None:
            return ""
        keyword, said = dialect.code_page_keyword, dialect.code_page_confidence
        return f"Code page: {self.code_page} (statement {keyword}: {said})"


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
