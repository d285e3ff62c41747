"""The SELECT behind an export: the table's own values, all rows, in the table's order."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Sequence

from analyzer.queries.pages import Question
from analyzer.queries.terms.term import Clause
from analyzer.tables.columns import Column
from web.csv_stream import text_cell, time_cell

NUMBERS = frozenset({"int", "count", "bytes"})
_ZONE = 'r."time_zone"'


def csv_statement(question: Question, *, columns: Sequence[Column], sort: str | None) -> Clause:
    """Return the SELECT of a CSV: safe texts, ISO times, plain numbers.

    Raises UnknownColumnError.
    """
    cells = [f'{_cell(column)} AS "{column.key}"' for column in columns]
    return _select(question, cells, question.table.order(sort).sql)


def settled_statement(question: Question, *, columns: Sequence[Column]) -> Clause:
    """Return the SELECT of a CSV in an order that follows from its cells alone.

    Ids and the collation of the database do not count: stores with the same data say the same.
    """
    cells, order = [], []
    for place, column in enumerate(columns, start=1):
        collation = "" if column.kind in NUMBERS else ' COLLATE "C"'
        cells.append(f'({_cell(column)}){collation} AS "{column.key}"')
        order.append(str(place))
    return _select(question, cells, ", ".join(order))


def typed_statement(question: Question, *, columns: Sequence[Column], sort: str | None) -> Clause:
    """Return the SELECT of values as they are; where there are times, their zone comes last.

    Raises UnknownColumnError.
    """
    cells = [f'{column.value_sql} AS "{column.key}"' for column in columns]
    zone = [f'{_ZONE} AS "zone"'] if any(column.kind == "time" for column in columns) else []
    return _select(question, [*cells, *zone], question.table.order(sort).sql)


def row_statement(question: Question) -> Clause:
    """Return the SELECT of whole rows: every column and every extra value, by primary key."""
    cells = [f'{column.value_sql} AS "{column.key}"' for column in question.table.columns]
    return _select(
        question, ['r."id"', *cells, *(f'r."{name}"' for name in question.extra)], 'r."id"'
    )


def _select(question: Question, cells: Sequence[str], order: str) -> Clause:
    rows = question.relation.rows
    sql = f"SELECT {', '.join(cells)} FROM ({rows.sql}) r ORDER BY {order}"
    return Clause(sql, rows.params)


def _cell(column: Column) -> str:
    if column.kind in NUMBERS:
        return column.value_sql
    if column.kind == "time":
        return time_cell(column.value_sql, zone=_ZONE)
    return text_cell(column.value_sql)
