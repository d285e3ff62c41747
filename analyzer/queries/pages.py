"""One page of a table: rows by key, a count, and what had to be cut."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from analyzer.queries.relations import Relation
from analyzer.queries.terms.term import Clause
from analyzer.tables.columns import Table
from web.budget import OutOfTimeError, read_budget
from web.paging import COUNT_CAP, Order, Page, pack

COUNT_LIMIT_S: Final = 2.0
_KEPT: Final = frozenset({"client_ip", "protocol", "time_zone"})  # links and times need them
REFUSED: Final = "A filter cannot be used, so nothing is shown until it is corrected."


@dataclass(frozen=True, slots=True)
class Question:
    """A table and the relation that fills it; `extra` are values that rows carry beside columns."""

    table: Table
    relation: Relation
    extra: tuple[str, ...] = ()
    refused: bool = False


def read_page(
    question: Question,
    *,
    sort: str | None,
    after: str | None,
    limit: int,
    columns: Collection[str] | None = None,
) -> Page:
    """Return the rows after a key. Raises UnknownColumnError and PageKeyError.

    `columns` are the keys of those that the rows need: PostgreSQL then computes nothing that only
    others are made of. None: all of the table.
    """
    order = question.table.order(sort)
    condition, key = order.after(after)
    rows = _rows(question, order, columns)
    sql = f"{rows.sql} WHERE {condition} ORDER BY {order.sql} LIMIT %s"
    statement = Clause(sql, (*rows.params, *key, limit + 1))
    if question.refused:
        return Page(cut=REFUSED)
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            found = fetch(statement)
    except OutOfTimeError:
        cut = f"The question took longer than {limit_s:g} s and was stopped: ask for fewer days."
        return Page(total_is_capped=True, cut=cut)
    shown, more = found[:limit], len(found) > limit
    following = pack(order, _key_of(shown[-1], order)) if more else None
    total, capped = (len(shown), False) if not more and not after else _count(question)
    total = max(total, len(shown))  # also when counting took too long
    return Page([_row(row) for row in shown], following, total, capped)


def fetch(statement: Clause) -> list[dict[str, Any]]:
    """Return the rows of a statement by column name."""
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _rows(question: Question, order: Order, columns: Collection[str] | None) -> Clause:
    values = {
        column.key: f'{column.value_sql} AS "{column.key}"'
        for column in question.table.columns
        if columns is None or column.key in columns or column.key in _KEPT
    }
    keys = [f'{part.sql} AS "sort {number}"' for number, part in enumerate(order.keys)]
    extra = [f'r."{name}"' for name in question.extra if name not in values]
    rows = question.relation.rows
    sql = f'SELECT r."id", {", ".join([*values.values(), *extra, *keys])} FROM ({rows.sql}) r'
    return Clause(sql, rows.params)


def _key_of(row: dict[str, Any], order: Order) -> Sequence[object]:
    return [row[f"sort {number}"] for number in range(len(order.keys))]


def _count(question: Question) -> tuple[int, bool]:
    ids = question.relation.ids
    sql = f"SELECT count(*) AS n FROM ({ids.sql} LIMIT %s) i"
    try:
        with read_budget(COUNT_LIMIT_S):
            number = int(fetch(Clause(sql, (*ids.params, COUNT_CAP + 1)))[0]["n"])
    except OutOfTimeError:
        return 0, True
    return min(number, COUNT_CAP), number > COUNT_CAP


def _row(found: dict[str, Any]) -> dict[str, Any]:
    """Leave the sort values out, and show times in the zone of the row's system."""
    zone = ZoneInfo(found.get("time_zone") or "UTC")
    return {
        key: value.astimezone(zone) if isinstance(value, datetime) else value
        for key, value in found.items()
        if not key.startswith("sort ")
    }
