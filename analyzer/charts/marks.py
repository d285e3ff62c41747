"""Bars and days: a value with its words, and where a click leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from analyzer.models import Protection

Tone = Literal["red", "orange", "blue", "green", "grey", "plain"]
_STRENGTHS = Protection.Strength
TONES: Final[dict[str, Tone]] = {
    str(_STRENGTHS.NONE): "red",
    str(_STRENGTHS.DEPRECATED): "orange",
    str(_STRENGTHS.WEAK): "orange",
    str(_STRENGTHS.UNKNOWN): "grey",
    str(_STRENGTHS.ACCEPTABLE): "blue",
    str(_STRENGTHS.STRONG): "green",
}
"""The tones of the classes, as everywhere in the product."""
CLASS_WORDS: Final = {
    str(value): "unprotected*" if value == _STRENGTHS.NONE else str(words)
    for value, words in _STRENGTHS.choices
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or one day; `value` None leaves its place empty. `words` say it on hover."""

    label: str
    value: float | None
    words: str
    tone: Tone = "plain"
    href: str = ""


def bars(marks: Sequence[Mark]) -> dict[str, Any]:
    """Lying bars, the first one on top."""
    return {"kind": "bars", "rows": len(marks), "marks": [asdict(mark) for mark in marks]}


def days(marks: Sequence[Mark]) -> dict[str, Any]:
    """Standing bars, one for each day."""
    return {"kind": "days", "marks": [asdict(mark) for mark in marks]}


def shares(marks: Sequence[Mark]) -> dict[str, Any]:
    """Standing bars of percents, one for each day; the axis ends at 100."""
    return {"kind": "days", "percent": True, "marks": [asdict(mark) for mark in marks]}
