"""Server ports: single ones and ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.queries.terms.term import Clause, FilterError, Scope, Term, parts, read, shown

HIGHEST = 65_535


@dataclass(frozen=True, slots=True)
class PortFilter:
    """A server listens on one port or on a range that zERT aggregated: any overlap counts."""

    key: str = "port"
    label: str = "Server port"
    scope: Scope = "server"
    help: str = "Ports and ranges: 992,8000-8080."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "ports", _term)


def _term(text: str) -> Term:
    low_text, dash, high_text = text.partition("-")
    low = _port(low_text.strip(), text)
    high = _port(high_text.strip(), text) if dash else low
    if low > high:
        raise FilterError(f"{shown(text)} ends before it begins")
    words = str(low) if low == high else f"{low}-{high}"
    return Term(words, words, Clause("(sv.port_start <= %s AND sv.port_end >= %s)", (high, low)))


def _port(text: str, whole: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST))):
        raise FilterError(f"{shown(whole)} is not a port or a range like `8000-8080`")
    if int(text) > HIGHEST:
        raise FilterError(f"{shown(whole)} is beyond the highest port, {HIGHEST}")
    return int(text)
