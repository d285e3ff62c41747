"""What surrounds the rows of a pack: days with data, gaps, switches, the dumps that fed them.

Each is a SELECT for a CSV: texts of strangers are neutralised, the order does not depend on ids.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from analyzer.queries.days import span
from analyzer.queries.filters import Filters
from analyzer.queries.terms.period import day_after
from analyzer.queries.terms.term import Clause, all_of, any_of
from web.csv_stream import text_cell

_PLACES: Final = ("sysplex", "system", "stack")
_STACK: Final = ", ".join(f'{text_cell(f"st.{name}")} AS "{name}"' for name in _PLACES)
_BY_STACK: Final = 'st.sysplex COLLATE "C", st.system COLLATE "C", st.stack COLLATE "C"'
_KNOWN: Final = """FROM analyzer_stackday c JOIN analyzer_stack st ON st.id = c.stack_id
    WHERE c.day BETWEEN %s AND %s AND {places}"""
_GRID: Final = f"""SELECT st.id, st.sysplex, st.system, st.stack, d.day::date AS day,
        EXISTS (SELECT FROM analyzer_stackday c WHERE c.stack_id = st.id AND c.day = d.day)
            AS has_data
    FROM analyzer_stack st CROSS JOIN generate_series(
        coalesce(%s::date, (SELECT min(c.day) {_KNOWN}))::timestamp,
        coalesce(%s::date, (SELECT max(c.day) {_KNOWN}))::timestamp, interval '1 day') d (day)
    WHERE {{places}}"""
_ISO: Final = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
_LOCAL: Final = "to_char({}, 'YYYY-MM-DD\"T\"HH24:MI:SS')"


def coverage(filters: Filters) -> Clause:
    """A row per stack and day of the period: whether the store has records of it."""
    grid = _grid(filters)
    sql = f"""SELECT {_STACK}, st.day,
            CASE WHEN st.has_data THEN 'yes' ELSE 'no' END AS data
        FROM ({grid.sql}) st ORDER BY {_BY_STACK}, st.day"""
    return Clause(sql, grid.params)


def gaps(filters: Filters) -> Clause:
    """A row per run of days without records of a stack."""
    grid = _grid(filters)
    sql = f"""SELECT {_STACK}, min(st.day) AS first_day, max(st.day) AS last_day,
            count(*) AS days
        FROM (SELECT g.*, g.day - row_number() OVER (PARTITION BY g.id ORDER BY g.day)::int AS run
            FROM ({grid.sql}) g WHERE NOT g.has_data) st
        GROUP BY st.id, st.sysplex, st.system, st.stack, st.run
        ORDER BY {_BY_STACK}, min(st.day)"""
    return Clause(sql, grid.params)


def switches(filters: Filters) -> Clause:
    """What was switched on and off up to the end of the period, in the systems' time."""
    places = _places(filters)
    _, last = span(filters.period)
    end = day_after(last or date.max)
    sql = f"""SELECT {_STACK}, {_LOCAL.format("e.at")} AS at, e.kind
        FROM analyzer_coverageevent e JOIN analyzer_stack st ON st.id = e.stack_id
        WHERE e.at < %s AND {places.sql} ORDER BY {_BY_STACK}, e.at, e.kind COLLATE "C" """
    return Clause(sql, (end, *places.params))


def dumps(filters: Filters) -> Clause:
    """The imports that fed the period: those with records of its days, stored or seen again.

    SHA-256 is that of the file as it was read; none where an import did not come to its end, or an
    older release read it from a path.
    """
    first, last = span(filters.period)
    begin = datetime.combine(first or date.min, time.min)
    end = day_after(last or date.max)
    sql = f"""SELECT {text_cell("i.name")} AS name, i.sha256, i.size_bytes, i.source,
            {_ISO.format("i.submitted_at")} AS submitted_at,
            {text_cell("coalesce(u.username, '')")} AS submitted_by,
            {_ISO.format("i.finished_at")} AS finished_at, i.state, i.framing, i.wrapper,
            {_LOCAL.format("i.earliest")} AS earliest, {_LOCAL.format("i.latest")} AS latest,
            i.records_done AS records, i.added, i.duplicate, i.rejected
        FROM analyzer_import i LEFT JOIN auth_user u ON u.id = i.submitted_by_id
        WHERE i.added + i.duplicate > 0 AND i.earliest < %s AND i.latest >= %s
        ORDER BY i.submitted_at, i.name COLLATE "C", i.sha256 COLLATE "C", i.id"""
    return Clause(sql, (end, begin))


def _grid(filters: Filters) -> Clause:
    """Every stack of the scope with every day of the period; open ends are those of the data."""
    places = _places(filters)
    first, last = span(filters.period)
    known = (first or date.min, last or date.max, *places.params)
    params = (first, *known, last, *known, *places.params)
    return Clause(_GRID.format(places=places.sql), params)


def _places(filters: Filters) -> Clause:
    return all_of([any_of(filters.terms[key]) for key in _PLACES if key in filters.terms])
