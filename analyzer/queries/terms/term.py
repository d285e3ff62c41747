"""What every filter is made of: parsed values with their SQL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")  # also half a surrogate pair

Param = str | int | date | list[str] | None
"""What an SQL parameter may be."""


class FilterError(ValueError):
    """A value that a filter can't use; the message is for the person who typed it.

    `param` says which parameter, where a filter has several.
    """

    def __init__(self, message: str, *, param: str = "") -> None:
        super().__init__(message)
        self.param = param


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition with its parameters.

    It may speak of `st` (stack), `sv` (server), `ss` (security session) and `p` (protection).
    """

    sql: str
    params: tuple[Param, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a filter: as it is written in the address, in words, and as a condition."""

    text: str
    words: str
    clause: Clause


class Filter(Protocol):
    """Values of one filter are alternatives; different filters must all hold."""

    @property
    def key(self) -> str:
        """Its parameter in the address."""
        ...

    @property
    def label(self) -> str: ...

    @property
    def help(self) -> str: ...

    @property
    def scope(self) -> str:
        """Which part of a session it looks at: `server` or `session`."""
        ...

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        """Return the values of all occurrences of the parameter. Raises FilterError."""
        ...


def any_of(terms: Sequence[Term]) -> Clause:
    """Return the condition that one of the terms holds."""
    sql = " OR ".join(term.clause.sql for term in terms)
    params = tuple(param for term in terms for param in term.clause.params)
    return Clause(f"({sql})", params)


def all_of(clauses: Sequence[Clause]) -> Clause:
    """Return the condition that all clauses hold; TRUE for none."""
    sql = " AND ".join(clause.sql for clause in clauses) or "TRUE"
    return Clause(sql, tuple(param for clause in clauses for param in clause.params))


def parts(texts: Sequence[str]) -> list[str]:
    """Return the comma-separated parts of all texts, each once; blank ones are dropped."""
    found = (part.strip() for text in texts for part in text.split(","))
    return list(dict.fromkeys(part for part in found if part))


MOST_TERMS: Final = 200
_SHOWN: Final = 60


def shown(text: str) -> str:
    """Return a text as a message repeats it: in backticks, a long one cut."""
    return f"`{text}`" if len(text) <= _SHOWN else f"`{text[:_SHOWN]}\N{HORIZONTAL ELLIPSIS}`"


def checked(found: Sequence[str], what: str) -> Sequence[str]:
    """Return the texts if they can be asked at all. Raises FilterError."""
    if len(found) > MOST_TERMS:
        raise FilterError(f"{len(found)} {what} are too many: {MOST_TERMS} at most")
    if any(_UNSTORABLE.search(text) for text in found):
        raise FilterError(f"{what} contain a character that no text in the store can have")
    return found
