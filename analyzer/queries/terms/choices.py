"""Values out of a list: role, protocol, strength, source, quantum."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.queries.terms.term import Clause, FilterError, Scope, Term, parts, read, shown


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One of the values known, each as (value, words), each a condition of its own.

    `clauses` has them where a value is not just what `column` holds; `unknown` is the condition
    that it is not known. `speaks`: the values are protocols.
    """

    key: str
    label: str
    column: str
    choices: tuple[tuple[str, str], ...]
    scope: Scope = "protection"
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    unknown: Clause | None = None
    speaks: bool = False

    @property
    def help(self) -> str:
        """All values."""
        return f"One of {', '.join(value for value, _ in self.choices)}; several with commas."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "values", self._term, self.unknown)

    def _term(self, text: str) -> Term:
        sought = text.lower()
        for value, words in self.choices:
            if sought in {value.lower(), words.lower(), re.sub(r"\W+$", "", words.lower())}:
                clause = self.clauses.get(value) or Clause(f"{self.column} = %s", (value,))
                return Term(value, words, clause, (value,) if self.speaks else ())
        known = ", ".join(value for value, _ in self.choices)
        raise FilterError(f"{shown(text)} is none of {known}")
