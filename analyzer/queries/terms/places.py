"""Stacks by their full name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.queries.terms.names import name_clause
from analyzer.queries.terms.term import Clause, FilterError, Scope, Term, all_of, parts, read, shown

_COLUMNS = ("st.sysplex", "st.system", "st.stack")
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class StackFilter:
    """A stack as SYSPLEX.SYSTEM.STACK; each part may have wildcards."""

    key: str = "stack"
    label: str = "Stack"
    scope: Scope = "server"
    help: str = "As SYSPLEX.SYSTEM.STACK, each part with * and ?."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "stacks", _term)


def _term(given: str) -> Term:
    text = given.upper()
    names = text.split(".")
    if len(names) != len(_COLUMNS) or not all(names):
        raise FilterError(
            f"{shown(text)} is not a stack like `PLEXA.SYSA.TCPIP` or `PLEXA.*.TCPIP`"
        )
    if any(len(name.replace("*", "")) > _LONGEST for name in names):
        raise FilterError(f"{shown(text)} has a part longer than {_LONGEST} characters")
    asked = [
        name_clause(column, name)
        for column, name in zip(_COLUMNS, names, strict=True)
        if name != "*"
    ]
    clause = all_of(asked)
    return Term(text, text, Clause(f"({clause.sql})", clause.params))
