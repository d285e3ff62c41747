"""Activity of a span of days by session, from as few rows as there are (docs/adr/0007-blocks.md).

Which blocks are ready is asked inside the statement that sums them: both are of one snapshot.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from datetime import date
from typing import Final

from analyzer.queries.terms.term import Clause, all_of

SUMMED: Final = (
    *("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs"),
    "failed",
)
COUNTED: Final = (*SUMMED, "intervals", "restarts")
_COLUMNS: Final = f"session_id, {', '.join(COUNTED)}, first_end, last_end"
_OF_SPAN: Final = f"""SELECT {_COLUMNS} FROM analyzer_block_activity
        WHERE block_id = ANY((SELECT analyzer_blocks_in(%s::date, %s::date, FALSE))::bigint[])
    UNION ALL SELECT {_COLUMNS} FROM analyzer_daily_activity
        WHERE day = ANY((SELECT analyzer_days_in(%s::date, %s::date, FALSE))::date[])"""


def of_span(first: date | None, last: date | None) -> Clause:
    """Return a SELECT of rows whose sums by session are those of the days; None: an open end."""
    return Clause(_OF_SPAN, (first, last, first, last))


def of_days(first: date | None, last: date | None) -> Clause:
    """Return the same as a row for each session and day."""
    bounds = (("day >= %s", first), ("day <= %s", last))
    days = all_of([Clause(sql, (day,)) for sql, day in bounds if day is not None])
    return Clause(f"SELECT {_COLUMNS} FROM analyzer_daily_activity WHERE {days.sql}", days.params)


EVERYTHING: Final = of_span(None, None)
"""The same of all days."""
