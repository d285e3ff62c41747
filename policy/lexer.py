"""A policy file as lines of words, with braces and comments taken apart.

General syntax rules for Policy Agent (IBM Docs z/OS 3.1.0): a keyword with its values on one line,
braces each on a line of their own, `#` begins a comment. A `#` inside a word belongs to the word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from policy.findings import Finding, Place, Severity

OPEN, CLOSE = "{", "}"
_WORD = re.compile(r"#.*|[{}]|[^\s{}]+", re.DOTALL)


class Word(NamedTuple):
    """A word and where it stands, from 1."""

    text: str
    line: int
    column: int

    @property
    def place(self) -> Place:
        """As a place of a finding."""
        return Place(self.line, self.column)


class Piece(NamedTuple):
    """Words of one line, a lone brace, or a comment (`words` empty, text with its `#`)."""

    words: tuple[Word, ...]
    comment: Word | None = None

    @property
    def brace(self) -> str:
        """`{` or `}` when the piece is one, else empty."""
        text = self.words[0].text if self.words else ""
        return text if text in {OPEN, CLOSE} else ""


def split(text: str) -> tuple[tuple[Piece, ...], tuple[Finding, ...]]:
    """Return the pieces of a text in order, and a finding for each brace not alone on its line."""
    pieces: list[Piece] = []
    findings: list[Finding] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        found = [Word(m[0], number, m.start() + 1) for m in _WORD.finditer(line)]
        comment = found.pop() if found and found[-1].text.startswith("#") else None
        if comment:
            pieces.append(Piece((), comment))
        if not found or (OPEN not in line and CLOSE not in line):
            pieces.extend([Piece(tuple(found))] if found else [])
            continue
        parts = _parts(found)
        pieces.extend(parts)
        lone = next((one.words[0] for one in parts if one.brace), None)
        if lone and len(parts) > 1:
            message = f"`{lone.text}` is not alone on its line"
            hint = "give each brace a line of its own"
            findings.append(Finding("brace-not-alone", Severity.ERROR, message, lone.place, hint))
    return tuple(pieces), tuple(findings)


def _parts(words: list[Word]) -> list[Piece]:
    parts: list[Piece] = []
    run: list[Word] = []
    for word in words:
        if word.text not in {OPEN, CLOSE}:
            run.append(word)
            continue
        if run:
            parts.append(Piece(tuple(run)))
            run = []
        parts.append(Piece((word,)))
    if run:
        parts.append(Piece(tuple(run)))
    return parts
