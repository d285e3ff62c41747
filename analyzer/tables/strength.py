"""How strong: the class and its order, weakest first."""

from __future__ import annotations

from typing import Final

from analyzer.models import Protection
from analyzer.tables.columns import Column
from web.paging import SortKey

RANKED: Final = tuple(
    str(strength)
    for strength in (
        Protection.Strength.NONE,
        Protection.Strength.DEPRECATED,
        Protection.Strength.WEAK,
        Protection.Strength.UNKNOWN,
        Protection.Strength.ACCEPTABLE,
        Protection.Strength.STRONG,
    )
)
"""The unknown stands before the acceptable: it needs a look."""

STRENGTH: Final = Column(
    "strength",
    "Weakest strength",
    "The weakest class among the sessions, from unprotected over deprecated, weak, unknown and"
    " acceptable to strong.",
    "strength",
    sort=(SortKey('r."strength_rank"', "bigint"),),
)


def rank_sql(column: str) -> str:
    """Return SQL for the rank of a class; one that is not known ranks as unknown."""
    whens = " ".join(f"WHEN '{name}' THEN {rank}" for rank, name in enumerate(RANKED))
    return f"CASE {column} {whens} ELSE {RANKED.index(Protection.Strength.UNKNOWN)} END"


def name_sql(rank: str) -> str:
    """Return SQL for the class of a rank."""
    whens = " ".join(f"WHEN {rank} THEN '{name}'" for rank, name in enumerate(RANKED))
    return f"CASE {rank} {whens} END"
