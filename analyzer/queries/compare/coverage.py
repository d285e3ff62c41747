"""How much data each side has: what is gone may only be missing, and what is new may be older."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analyzer.queries.compare.sides import PLACES, Sides
from analyzer.queries.data.imports import Coverage, coverage
from analyzer.queries.days import span
from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch_kept
from analyzer.queries.terms.term import Clause, all_of, any_of

_DAYS: Final = """SELECT st.sysplex || ' ' || st.system AS system, count(DISTINCT c.day) AS days
    FROM analyzer_stack st LEFT JOIN analyzer_stackday c
        ON c.stack_id = st.id AND c.day BETWEEN %s AND %s
    WHERE {} GROUP BY st.sysplex, st.system ORDER BY st.sysplex, st.system"""


_NAMED: Final = 4
"""So many systems with gaps are named."""
_SO: Final = (
    ("A", "What is called new may only be missing on side A."),
    ("B", "What is called gone may only be missing on side B."),
)


@dataclass(frozen=True, slots=True)
class SideCoverage:
    """`first` and `last` are the days of the period, None for an open end; `gaps` are the systems
    with data of fewer days than the period has, each with its number of days.
    """

    first: date | None
    last: date | None
    total: Coverage
    gaps: Sequence[tuple[str, int]]

    @property
    def is_empty(self) -> bool:
        """Nothing is stored of this side at all."""
        return not self.total.days


Coverages = tuple[SideCoverage, SideCoverage]
"""Of side A and of side B."""


def side_coverage(filters: Filters) -> SideCoverage:
    """Return the coverage of one side; of filters that can't be used, that of their period."""
    first, last = span(filters.period)
    places = all_of([any_of(filters.terms[key]) for key in PLACES if key in filters.terms])
    params = (first or date.min, last or date.max, *places.params)
    rows = fetch_kept(Clause(_DAYS.format(places.sql), params))
    total = coverage(filters)
    most = total.asked_days or max((row["days"] for row in rows), default=0)
    gaps = [(row["system"], row["days"]) for row in rows if row["days"] < most]
    return SideCoverage(first, last, total, gaps)


def both_coverages(sides: Sides) -> Coverages:
    """Return the coverage of side A and of side B."""
    return side_coverage(sides.a), side_coverage(sides.b)


def lacks_a_side(coverages: Coverages) -> bool:
    """True when one side has no data at all: then nothing is compared."""
    return any(covered.is_empty for covered in coverages)


def cautions(coverages: Coverages) -> list[str]:
    """What can't be told for want of data, a sentence or two each."""
    empty = [name for (name, _), covered in zip(_SO, coverages, strict=True) if covered.is_empty]
    if empty:
        return [
            f"Side {name} has no data, so nothing can be called new, gone or changed."
            for name in empty
        ]
    return [
        f"Side {name} lacks data: {_gaps(covered)}. {so}"
        for (name, so), covered in zip(_SO, coverages, strict=True)
        if covered.gaps
    ]


def _gaps(covered: SideCoverage) -> str:
    asked = covered.total.asked_days or covered.total.days
    named = [f"{name} has {days} of {asked} days" for name, days in covered.gaps]
    more = len(named) - _NAMED
    rest = f"{more} more {'system lacks' if more == 1 else 'systems lack'} days"
    return ", ".join([*named[:_NAMED], *([rest] if more > 0 else [])])
