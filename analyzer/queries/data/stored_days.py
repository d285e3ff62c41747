"""Which local days the store has records of, by stack: from what is kept per day, not from rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db import connection

from analyzer.models import Import, Stack, StackDay

# Where a stack has no day around, there is nothing to look for among all others' records.
_WITHOUT_INTERVALS = """
    SELECT st.sysplex || ' ' || st.system || ' ' || st.stack FROM analyzer_stack st
    WHERE NOT (CASE WHEN EXISTS (SELECT FROM analyzer_stackday d WHERE d.stack_id = st.id
                AND d.day BETWEEN %(first)s::date AND %(last)s::date + 2)
            THEN EXISTS (SELECT FROM analyzer_activity a
                JOIN analyzer_securitysession ss ON ss.id = a.session_id
                JOIN analyzer_server sv ON sv.id = ss.server_id
                WHERE sv.stack_id = st.id AND a.interval_end > %(first)s::date
                    AND a.interval_end < %(last)s::date + 3
                    AND a.interval_end - a.duration_us * interval '1 microsecond'
                        BETWEEN %(first)s::date AND %(last)s::date + 1)
            ELSE false END)
        AND EXISTS (SELECT FROM analyzer_connection_event e WHERE e.stack_id = st.id
            AND e.written_at BETWEEN %(first)s AND %(last)s AND e.imported_id = %(imported)s)
    ORDER BY 1"""
_CONNECTIONS_ALONE = """
    SELECT NOT EXISTS (SELECT FROM analyzer_stackday)
        AND EXISTS (SELECT FROM analyzer_connection_event)"""
Bounds = tuple[date | None, date | None]
_DAY = timedelta(days=1)
# Connection records: one look at the index for each next day.
_CONNECTION_DAYS = """
    WITH RECURSIVE days AS (
        (SELECT written_at::date AS day FROM analyzer_connection_event
            WHERE written_at >= %(first)s AND written_at < %(end)s ORDER BY written_at LIMIT 1)
        UNION ALL
        SELECT (SELECT e.written_at::date FROM analyzer_connection_event e
            WHERE e.written_at >= days.day + 1 AND e.written_at < %(end)s
            ORDER BY e.written_at LIMIT 1)
        FROM days WHERE days.day IS NOT NULL)
    SELECT day FROM days WHERE day IS NOT NULL"""
_OTHERS = """
    SELECT EXISTS (SELECT FROM analyzer_connection_event
        WHERE written_at >= %s AND written_at < %s AND stack_id <> ALL(%s))"""


def days_of(stacks: Mapping[int, Bounds]) -> list[date]:
    """The days of which the store has records of these stacks within their bounds."""
    found: set[date] = set()
    for stack, day in StackDay.objects.filter(stack__in=stacks).values_list("stack_id", "day"):
        if _holds(stacks[stack], day):
            found.add(day)
    for day in _connection_days(date.min, date.max):
        inside = [stack for stack, bounds in stacks.items() if _holds(bounds, day)]
        if inside and day not in found and _has_connections(day, inside):
            found.add(day)
    return sorted(found)


def stored_in(first: date, end: date) -> list[date]:
    """The days from the first up to, and without, the end of which there is any record."""
    with_intervals = StackDay.objects.filter(day__gte=first, day__lt=end)
    found = set(with_intervals.values_list("day", flat=True))
    return sorted(found | set(_connection_days(first, end)))


def has_connections_of_others(day: date, stacks: Collection[int]) -> bool:
    """True when there are connection records of the day of any other stack."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [day, day + _DAY, list(stacks)])
        return bool(cursor.fetchone()[0])


def without_intervals(imported: Import) -> list[str]:
    """The stacks that an import has connection records of, and nobody interval records.

    To be called inside `read_budget`.
    """
    asked = {"first": imported.earliest, "last": imported.latest, "imported": imported.pk}
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_INTERVALS, asked)
        return [name for (name,) in cursor.fetchall()]


def has_connections_alone() -> bool:
    """True when the store has connection records, and of no day interval records."""
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS_ALONE)
        return bool(cursor.fetchone()[0])


def _has_connections(day: date, stacks: Collection[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS.replace("<> ALL", "= ANY"), [day, day + _DAY, list(stacks)])
        return bool(cursor.fetchone()[0])


def _connection_days(first: date, end: date) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTION_DAYS, {"first": first, "end": end})
        return [day for (day,) in cursor.fetchall()]


def _holds(bounds: Bounds, day: date) -> bool:
    first, last = bounds
    return (first or date.min) <= day <= (last or date.max)


def has_days_until(system: int, last: date | None) -> bool:
    """True when a system has records of that day or of an earlier one."""
    stacks = list(Stack.objects.filter(settings=system).values_list("pk", flat=True))
    if StackDay.objects.filter(stack__in=stacks, day__lte=last or date.max).exists():
        return True
    return any(
        _has_connections(day, stacks)
        for day in _connection_days(date.min, (last + _DAY) if last else date.max)
    )
