"""Which days have connection records (subtype 11), and which of them interval records as well."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause

# Where a stack has no day around, there is nothing to look for among all others' records.
_DAYS: Final = """
    WITH c AS (
        SELECT stack_id, date_bin(%s * interval '1 minute', written_at, %s)::date AS day,
            count(*) AS records
        FROM analyzer_connection_event
        WHERE written_at >= %s AND written_at < %s AND stack_id = ANY(%s) GROUP BY 1, 2)
    SELECT st.id AS key, st.sysplex, st.system, st.stack, c.day, c.records,
        CASE WHEN EXISTS (SELECT FROM analyzer_stackday d
            WHERE d.stack_id = c.stack_id AND d.day BETWEEN c.day AND c.day + 2)
        THEN EXISTS (SELECT FROM analyzer_activity a
            JOIN analyzer_securitysession ss ON ss.id = a.session_id
            JOIN analyzer_server sv ON sv.id = ss.server_id
            WHERE sv.stack_id = c.stack_id
                AND a.interval_end > c.day AND a.interval_end < c.day + 3
                AND (a.interval_end - a.duration_us * interval '1 microsecond')::date = c.day)
        ELSE false END AS has_intervals
    FROM c JOIN analyzer_stack st ON st.id = c.stack_id
    ORDER BY st.sysplex, st.system, st.stack, c.day"""


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """A day of one stack (`key`): its connection records, and whether it has interval records.

    Of both those count whose interval begins in it.
    """

    key: int
    sysplex: str
    system: str
    stack: str
    day: date
    records: int
    has_intervals: bool


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of `minutes`, one of which begins at `origin`; of those from `first` to `until`."""

    minutes: int
    origin: datetime
    first: datetime
    until: datetime


def days_of(intervals: Intervals, stacks: Collection[int]) -> list[RecordedDay]:
    """Return the days with connection records of these stacks. Inside `read_budget`."""
    asked = intervals.minutes, intervals.origin, intervals.first, intervals.until, list(stacks)
    return [RecordedDay(**row) for row in fetch(Clause(_DAYS, asked))]
