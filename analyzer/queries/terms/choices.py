"""Values out of a list: protocol, version, strength."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.queries.terms.term import Clause, FilterError, Term, checked, parts, shown


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One of the values known, each as (value, words), or one of the form `also`."""

    key: str
    label: str
    column: str
    choices: tuple[tuple[str, str], ...]
    scope: str = "session"
    help: str = ""
    also: str = ""

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return tuple(self._term(part) for part in checked(parts(texts), "values"))

    def _term(self, text: str) -> Term:
        for value, words in self.choices:
            if value.lower() == text.lower():
                return Term(value, words, Clause(f"{self.column} = %s", (value,)))
        if self.also and re.fullmatch(self.also, text):
            return Term(text, text, Clause(f"{self.column} = %s", (text,)))
        known = ", ".join(value for value, _ in self.choices)
        raise FilterError(f"{shown(text)} is none of {known}")
