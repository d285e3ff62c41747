"""A policy file in the columns of generated ones, with its comments and its order."""

from __future__ import annotations

from policy import dialects
from policy.dialects.dialect import Dialect
from policy.lexer import CLOSE, OPEN, Piece, split
from policy.writer.page import Page


def reformat(text: str, dialect: Dialect | None = None) -> str:
    """Return `text` laid out anew; nothing is added, left out or put elsewhere.

    Keywords the dialect knows get its capitals. Works on files with errors too; blank lines
    stay, at most one in a row.
    """
    dialect = dialect or dialects.load()
    layout = _Layout(dialect)
    pieces = split(text)[0]
    lines: dict[int, list[Piece]] = {}
    for piece in pieces:
        word = piece.comment or piece.words[0]
        lines.setdefault(word.line, []).append(piece)
    before = 0
    for number, found in sorted(lines.items()):
        if before and number > before + 1:
            layout.blank()
        layout.take(found)
        before = number
    return layout.text()


class _Layout:
    """Places pieces line by line."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._page = Page(dialect)
        self._stack: list[str] = []
        self._last = ""

    def blank(self) -> None:
        """Take an empty line."""
        self._page.raw("")

    def take(self, pieces: list[Piece]) -> None:
        """Take all pieces of one line; a comment behind words moves above them."""
        for piece in pieces:
            if piece.comment:
                self._comment(piece.comment.text.rstrip())
            elif piece.brace == OPEN:
                self._page.line(len(self._stack), OPEN)
                self._stack.append(self._last)
            elif piece.brace == CLOSE:
                if self._stack:
                    self._stack.pop()
                self._page.line(len(self._stack), CLOSE)
            else:
                self._words([word.text for word in piece.words])

    def _comment(self, text: str) -> None:
        self._page.raw(" " * (self._dialect.indent * len(self._stack)) + text)

    def _words(self, words: list[str]) -> None:
        keyword, *values = words
        inside = self._dialect.statement(self._stack[-1]) if self._stack else None
        known = (inside and inside.param(keyword)) or self._dialect.statement(keyword)
        self._page.line(len(self._stack), known.keyword if known else keyword, " ".join(values))
        self._last = keyword

    def text(self) -> str:
        """Return the laid out text."""
        return self._page.text()
