"""How many connections some sessions had on each day of a scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np

from analyzer.queries.blocks.columns import Kinds, read
from analyzer.queries.days import columns_in
from analyzer.queries.filters import Filters


def connections_by_day(filters: Filters, sessions: Sequence[int]) -> dict[date, int]:
    """Return the connections by day in its order, days without any left out."""
    kinds = Kinds({0: np.array(sessions, np.int64)})
    found: Counter[date] = Counter()
    for day in read(columns_in(filters.period)):
        found[day.day] += int(kinds.sums(day).connections[0])
    return {day: number for day, number in sorted(found.items()) if number}
