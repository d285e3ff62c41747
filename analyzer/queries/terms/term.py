"""What every filter is made of: parsed values with their SQL, and values that are taken away.

`!` before a value takes away what fits it. What a record does not say fits neither a value nor
its `!`: filters of such attributes take the unknown away as well, and the words say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal, Protocol

_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")  # also half a surrogate pair

Param = str | int | date | datetime | list[str] | list[int] | None
"""What an SQL parameter may be."""

_HAS_FACT: Final = (
    "p.facts && %s::text[]",
    "EXISTS (SELECT FROM unnest(p.facts) one WHERE one = ANY(%s::text[]))",
)
_MANY: Final = 9

Scope = Literal["server", "session", "protection", "totals"]
"""Which part a filter looks at; `totals` are sums of a session over the asked period."""


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

    It may speak of `st` (stack), `sv` (server), `ss` (security session) and `p` (protection);
    one on totals of `analyzer_total(d.connections)` and the like. It is never NULL where it is
    taken away.
    """

    sql: str
    params: tuple[Param, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a filter: as it is written in the address, in words, and as a condition.

    `protocols` are those a security filter's value speaks of. `negated`: what fits is taken away,
    and with `with_unknown` what is not known as well.
    """

    text: str
    words: str
    clause: Clause
    protocols: tuple[str, ...] = ()
    negated: bool = False
    with_unknown: bool = False


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
        """Which part of a session it looks at, a `Scope`."""
        ...

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        """Return the values of all occurrences of the parameter. Raises FilterError."""
        ...


NOT: Final = "!"


def read(
    texts: Sequence[str], what: str, make: Callable[[str], Term], unknown: Clause | None = None
) -> tuple[Term, ...]:
    """Return the term of each text, `!` taken off and applied. Raises FilterError.

    `unknown` is the condition that a session does not say what the filter asks for.
    """
    terms = [_read(text, make, unknown) for text in checked(texts, what)]
    return tuple({term.text: term for term in terms}.values())


def _read(text: str, make: Callable[[str], Term], unknown: Clause | None) -> Term:
    if not text.startswith(NOT):
        return make(text)
    value = text.removeprefix(NOT).strip()
    if not value:
        raise FilterError(f"`{NOT}` needs a value behind it")
    term = make(value)
    gone = either([term.clause, *([unknown] if unknown else [])])
    return replace(
        term,
        text=f"{NOT}{term.text}",
        clause=Clause(f"NOT {gone.sql}", gone.params),
        negated=True,
        with_unknown=unknown is not None and term.clause != unknown,
    )


def any_of(terms: Sequence[Term]) -> Clause:
    """Return the condition that one of the terms holds and none of those taken away does."""
    wanted = [term.clause for term in terms if not term.negated]
    removed = [term.clause for term in terms if term.negated]
    return all_of([*([either(wanted)] if wanted else []), *removed])


def all_of(clauses: Sequence[Clause]) -> Clause:
    """Return the condition that all clauses hold; TRUE for none."""
    sql = " AND ".join(clause.sql for clause in clauses) or "TRUE"
    return Clause(sql, _params(clauses))


def either(clauses: Sequence[Clause]) -> Clause:
    """Return the condition that one of the clauses holds; facts are looked up together."""
    facts = [clause for clause in clauses if clause.sql in _HAS_FACT]
    if len(facts) > 1:
        found = has_fact([str(one) for clause in facts for one in _values(clause)])
        clauses = [found, *(clause for clause in clauses if clause.sql not in _HAS_FACT)]
    return Clause(f"({' OR '.join(clause.sql for clause in clauses)})", _params(clauses))


def has_fact(facts: Sequence[str]) -> Clause:
    """Return the condition that a protection has one of these facts.

    Overlap compares each with each; many are looked up by hash instead.
    """
    return Clause(_HAS_FACT[len(facts) >= _MANY], (list(dict.fromkeys(facts)),))


def _values(clause: Clause) -> Sequence[str | int]:
    (values,) = clause.params
    return values if isinstance(values, list) else []


def together(selects: Sequence[Clause]) -> Clause:
    """Return the rows of all of them."""
    return Clause(" UNION ALL ".join(one.sql for one in selects), _params(selects))


def _params(clauses: Sequence[Clause]) -> tuple[Param, ...]:
    return tuple(param for clause in clauses for param in clause.params)


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
