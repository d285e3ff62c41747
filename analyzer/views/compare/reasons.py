"""Why a row has its status, for the hover: the ground, never a bare word."""

from __future__ import annotations

from typing import Final

from analyzer.tables.compare import SIDES
from analyzer.tables.strength import RANKED
from analyzer.views.sheet import Row

_WORDS: Final = {"none": "unprotected*"}
_PLAIN: Final = {
    "new": "Only side B has it.",
    "gone": "Only side A has it.",
    "same": "The same protections, in shares that have hardly moved.",
}
_UNSURE: Final = "Other protections; a class is unknown, so nobody can say whether it is better."
_OTHER: Final = "Other protections, and neither a weaker nor a stronger class."
_GOES_BY: Final = {"worse": "rank", "better": "known"}
"""Worse goes by the weakest class, also an unknown one; better by the weakest that is known."""


def reason(row: Row) -> str:
    """Return why a row has its status, in a sentence."""
    status = str(row["link status"])
    if status in _PLAIN:
        return _PLAIN[status]
    if status == "changed":
        return _UNSURE if row["link a_unknown"] or row["link b_unknown"] else _OTHER
    key = _GOES_BY[status]
    a, b = (_class(row[f"link {side}_{key}"]) for side in SIDES)
    if a != b:
        return f"The weakest class was {a} on side A and is {b} on side B."
    before, after = (_share(row, side, key) for side in SIDES)
    return f"{a[:1].upper()}{a[1:]}: {before} of the connections on side A, {after} on side B."


def _class(rank: int) -> str:
    return _WORDS.get(RANKED[rank], RANKED[rank])


def _share(row: Row, side: str, key: str) -> str:
    """A share that has moved is one of some connections."""
    return f"{row[f'link {side}_of_{key}'] / row[f'link {side}_connections']:.1%}"
