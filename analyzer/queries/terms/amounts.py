"""How much a security session did: thresholds on its sums over the asked period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analyzer.queries.terms.comparisons import FORMS, compare
from analyzer.queries.terms.term import Clause, Scope, Term, parts, read

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class AmountFilter:
    """Sums compared. A sum is NULL where no record of the session has the counter."""

    key: str
    label: str
    total: str
    can_lack: bool = False
    scope: Scope = "totals"

    @property
    def help(self) -> str:
        """How it is asked."""
        forms = f"Sum of a security session over the days asked for: {FORMS}"
        return f"{forms}; or {UNKNOWN}, before z/OS 3.2." if self.can_lack else f"{forms}."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "numbers", self._term, self._lacking)

    @property
    def _lacking(self) -> Clause | None:
        return Clause(f"{self.total} IS NULL") if self.can_lack else None

    def _term(self, text: str) -> Term:
        if self._lacking and text.lower() == UNKNOWN:
            return Term(UNKNOWN, UNKNOWN, self._lacking)
        asked = compare(text)
        return Term(asked.text, asked.words, asked.on(self.total))


AMOUNTS: Final = (
    AmountFilter("connections", "Connections", "analyzer_total(d.connections)"),
    AmountFilter("bytes", "Bytes", "(analyzer_total(d.in_bytes) + analyzer_total(d.out_bytes))"),
    AmountFilter("failed", "Failed handshakes", "analyzer_total(d.failed)", can_lack=True),
)
