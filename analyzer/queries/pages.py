"""One page of a table: rows by key, a count, and what had to be cut."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Model, Q, QuerySet

from analyzer.queries.kept import kept
from analyzer.queries.relations import Relation
from analyzer.queries.terms.term import Clause
from analyzer.tables.columns import Table
from web.budget import OutOfTimeError, read_budget
from web.paging import COUNT_CAP, Order, Page, Place, cut

COUNT_LIMIT_S: Final = 2.0
_KEPT: Final = frozenset({"client_ip", "protocol", "time_zone"})  # links and times need them
_ALL: Final = "all rows"
_SUM: Final = "sum of "
REFUSED: Final = "A filter cannot be used, so nothing is shown until it is corrected."

Kept = TypeVar("Kept", bound=Model)


@dataclass(frozen=True, slots=True)
class Question:
    """A table and the relation that fills it; `extra` are values that rows carry beside columns.

    `lasting`: it reads nothing but what the version of the store is of, so its page may be kept.
    """

    table: Table
    relation: Relation
    extra: tuple[str, ...] = ()
    refused: bool = False
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class _Totals:
    """How many rows all pages have, and their sums where they are known."""

    rows: int
    is_capped: bool = False
    sums: Mapping[str, int] = field(default_factory=dict)


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
    place = order.place(after)
    # All rows of the question are made for its first page anyway: there they are counted as well.
    rows = _rows(question, order, columns, counted=not after)
    sql = f"{rows.sql} WHERE {place.condition} ORDER BY {place.sql} LIMIT %s"
    statement = Clause(sql, (*rows.params, *place.params, limit + 1))
    if question.refused:
        return Page(cut=REFUSED)
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            found = _found(question, statement)
    except OutOfTimeError:
        why = f"The question took longer than {limit_s:g} s and was stopped: ask for fewer days."
        return Page(total_is_capped=True, cut=why)
    part = cut(found, place, order=order, limit=limit, key=partial(key_of, order=order))
    totals = _totals_apart(question) if after else _totals_of(question, found)
    return Page(
        [_row(row) for row in part.rows],
        part.next,
        max(totals.rows, len(part.rows)),  # also when counting took too long
        totals.is_capped,
        previous=part.previous,
        sums=totals.sums,
    )


def placed(rows: QuerySet[Kept], place: Place, order: Order) -> QuerySet[Kept]:
    """Return rows of a model where a page lies; the parts of the order are names of its fields."""
    names = [key.sql for key in order.keys]
    falls = order.falls is not place.backwards
    beside = Q()
    for number, name in enumerate(names if place.key else ()):
        same = dict(zip(names[:number], place.params, strict=False))
        beside |= Q(**same, **{f"{name}__{'lt' if falls else 'gt'}": place.params[number]})
    return rows.filter(beside).order_by(*(f"-{name}" if falls else name for name in names))


def _found(question: Question, statement: Clause) -> list[dict[str, Any]]:
    return fetch_kept(statement) if question.lasting else fetch(statement)


def fetch(statement: Clause) -> list[dict[str, Any]]:
    """Return the rows of a statement by column name."""
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fetch_kept(statement: Clause) -> list[dict[str, Any]]:
    """Do the same for a statement that reads nothing but what the version of the store is of.

    The rows may be those of an earlier answer: nobody may change them.
    """
    return kept("rows", (statement,), lambda: fetch(statement))


def _rows(
    question: Question, order: Order, columns: Collection[str] | None, *, counted: bool
) -> Clause:
    values = {
        column.key: f'{column.value_sql} AS "{column.key}"'
        for column in question.table.columns
        if columns is None or column.key in {*columns, *_KEPT, question.table.hover}
    }
    keys = [f'{part.sql} AS "sort {number}"' for number, part in enumerate(order.keys)]
    extra = [f'r."{name}"' for name in question.extra if name not in values]
    count = []
    if counted:
        parts = _total_parts(question.table)
        count = [f'{sql} OVER () AS "{name}"' for name, sql in parts.items()]
    rows = question.relation.rows
    wanted = ", ".join([*values.values(), *extra, *keys, *count])
    sql = f'SELECT r."id", {wanted} FROM ({rows.sql}) r'
    return Clause(sql, rows.params)


def key_of(row: Mapping[str, Any], order: Order) -> Sequence[object]:
    """The sort values of a row that was read for a page."""
    return [row[f"sort {number}"] for number in range(len(order.keys))]


def _total_parts(table: Table) -> dict[str, str]:
    """What is read over all rows of a table, as SQL by name."""
    sums = {f"{_SUM}{one.key}": f'sum(r."{one.key}")' for one in table.sums}
    return {_ALL: "count(*)", **sums}


def _totals_of(question: Question, found: Sequence[Mapping[str, Any]]) -> _Totals:
    """The totals that stand in each row of a first page."""
    if not found:
        return _Totals(0)
    first, summed = found[0], question.table.sums
    if not summed:
        return _capped(int(first[_ALL]))
    return _Totals(int(first[_ALL]), sums=_sums(first, question.table))


def _totals_apart(question: Question) -> _Totals:
    """The totals of another page; where rows are not summed, the cheapest count will do."""
    summed = question.table.sums
    if summed:
        rows = question.relation.rows
        parts = ", ".join(
            f'{part} AS "{name}"' for name, part in _total_parts(question.table).items()
        )
        statement = Clause(f"SELECT {parts} FROM ({rows.sql}) r", rows.params)
    else:
        ids = question.relation.ids
        sql = f'SELECT count(*) AS "{_ALL}" FROM ({ids.sql} LIMIT %s) i'
        statement = Clause(sql, (*ids.params, COUNT_CAP + 1))
    try:
        with read_budget(COUNT_LIMIT_S):
            return _totals_of(question, fetch(statement))
    except OutOfTimeError:
        return _Totals(0, is_capped=True)


def _sums(row: Mapping[str, Any], table: Table) -> dict[str, int]:
    """A sum of nothing known is left out: it is not nothing."""
    found = {one.key: row[f"{_SUM}{one.key}"] for one in table.sums}
    return {key: int(value) for key, value in found.items() if value is not None}


def _capped(number: int) -> _Totals:
    return _Totals(min(number, COUNT_CAP), is_capped=number > COUNT_CAP)


def _row(found: dict[str, Any]) -> dict[str, Any]:
    """Leave the sort values out, and show times in the zone of the row's system."""
    zone = ZoneInfo(found.get("time_zone") or "UTC")
    return {
        key: value.astimezone(zone) if isinstance(value, datetime) else value
        for key, value in found.items()
        if not key.startswith(("sort ", _SUM)) and key != _ALL
    }
