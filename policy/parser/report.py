"""Collects what is found in a text."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

from policy.findings import Finding, Place, Severity
from policy.lexer import Word

MOST = 1_000
"""More findings than this are not kept: a file of another kind would give one a line."""
MOST_COMPARED = 20_000
"""So many names of a file are looked at for what was perhaps meant; a second or two."""
MOST_NAMED = 16
"""So many names at most stand in a hint."""


class Report:
    """Findings in the order they come."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._dropped = 0
        self._compared = 0

    def add(self, *findings: Finding) -> None:
        """Keep findings."""
        room = max(MOST - len(self._found), 0)
        self._found.extend(findings[:room])
        self._dropped += len(findings[room:])

    def error(self, word: Word, code: str, message: str, hint: str = "") -> None:
        """Keep an error at a word."""
        self._keep(Severity.ERROR, word, code, message, hint)

    def warning(self, word: Word, code: str, message: str, hint: str = "") -> None:
        """Keep a warning at a word."""
        self._keep(Severity.WARNING, word, code, message, hint)

    def note(self, word: Word, code: str, message: str, hint: str = "") -> None:
        """Keep a note at a word."""
        self._keep(Severity.NOTE, word, code, message, hint)

    def _keep(self, severity: Severity, word: Word, code: str, message: str, hint: str) -> None:
        if len(self._found) >= MOST:  # not even its place is worked out
            self._dropped += 1
            return
        self._found.append(Finding(code, severity, message, word.place, hint))

    def nearest(self, text: str, known: Iterable[str]) -> str:
        """Return the hint that names what was perhaps meant, empty when nothing is near.

        Comparing is slow, so behind `MOST_COMPARED` names of one file there are no such hints.
        """
        names = [*islice(known, MOST_COMPARED - self._compared)]
        self._compared += len(names)
        return _nearest(text, names)

    def findings(self) -> tuple[Finding, ...]:
        """Return what was kept, and an error when there was more."""
        if not self._dropped:
            return tuple(self._found)
        message = f"{self._dropped} more findings are not shown"
        last = Finding("too-many", Severity.ERROR, message, Place(), "is this a zERT policy file?")
        return (*self._found, last)


def _nearest(text: str, known: Iterable[str]) -> str:
    lower = {one.lower(): one for one in known}
    found = get_close_matches(text[:64].lower(), lower, n=1)
    return f"did you mean `{lower[found[0]]}`?" if found else ""


def known_are(known: Iterable[str]) -> str:
    """Return the hint that names what there is, the first of many; empty for nothing."""
    names = [f"`{one}`" for one in known]
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return f"known are {', '.join([*names[:MOST_NAMED], *more])}" if names else ""
