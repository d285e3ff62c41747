"""Numbers compared: `>=100`, `<5`, `100`, `5-20`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from analyzer.queries.terms.term import Clause, FilterError, Param, shown

FORMS: Final = "a number, a comparison like `>=100` or `<5`, or a range like `5-20`"
_MOST: Final = 2**53
_COMPARED: Final = re.compile(r"(<=|>=|<|>)?\s*([0-9]{1,16})(?:\s*-\s*([0-9]{1,16}))?", re.ASCII)
_WORDS: Final = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A span of whole numbers, both ends included; None is an open end."""

    text: str
    words: str
    low: int | None = None
    high: int | None = None

    def on(self, sql: str) -> Clause:
        """Return the condition that a value lies in the span; NULL where the value is."""
        if self.low == self.high:
            return Clause(f"{sql} = %s", (self.low,))
        if self.low is None:
            return Clause(f"{sql} <= %s", (self.high,))
        if self.high is None:
            return Clause(f"{sql} >= %s", (self.low,))
        return Clause(f"{sql} BETWEEN %s AND %s", (self.low, self.high))

    def on_any(self, array: str) -> Clause:
        """Return the condition that one element of an array lies in the span."""
        params: tuple[Param, ...] = (self.low if self.low is not None else self.high,)
        if self.low == self.high:
            return Clause(f"%s = ANY({array})", params)
        if self.low is None or self.high is None:
            return Clause(f"%s {'>=' if self.low is None else '<='} ANY({array})", params)
        inner = self.on("one")
        return Clause(f"EXISTS (SELECT FROM unnest({array}) one WHERE {inner.sql})", inner.params)


def compare(text: str) -> Comparison:
    """Return the comparison that a text says. Raises FilterError."""
    found = _COMPARED.fullmatch(text)
    sign, number, upper = found.groups() if found else (None, "", None)
    if not number or (sign and upper):
        raise FilterError(f"{shown(text)} is not {FORMS}")
    low, high = int(number), int(upper or number)
    if max(low, high) > _MOST:
        raise FilterError(f"{shown(text)} is beyond {_MOST}")
    if low > high:
        raise FilterError(f"{shown(text)} ends before it begins")
    if sign is None:
        words = str(low) if low == high else f"{low} to {high}"
        return Comparison(words.replace(" to ", "-"), words, low, high)
    return _open(sign, low)


def _open(sign: str, number: int) -> Comparison:
    text, words = f"{sign}{number}", f"{_WORDS[sign]} {number}"
    if sign.startswith(">"):
        return Comparison(text, words, low=number + (sign == ">"))
    return Comparison(text, words, high=number - (sign == "<"))
