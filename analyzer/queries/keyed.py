"""Pages by key of lists that the ORM reads: the next page begins behind the last row's values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet

from analyzer.queries.pages import placed
from web.budget import OutOfTimeError, read_budget
from web.paging import COUNT_CAP, PAGE_ROWS, Order, Page, cut

Row = TypeVar("Row", bound=Model)


def page_of(
    rows: QuerySet[Any],
    order: Order,
    *,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    columns: Sequence[str] = ("id",),
) -> Page:
    """One page of these columns; the keys of the order are fields, `id` the last of them.

    Raises PageKeyError.
    """
    return _within_limit(lambda: _read(rows, order, after, limit, columns))


def in_order(rows: QuerySet[Row], page: Page) -> list[Row]:
    """The rows of a page of ids, in its order; one that has gone meanwhile is left out."""
    found = rows.in_bulk([row["id"] for row in page.rows])
    return [found[row["id"]] for row in page.rows if row["id"] in found]


def _read(
    rows: QuerySet[Any], order: Order, after: str | None, limit: int, columns: Sequence[str]
) -> Page:
    names = [key.sql for key in order.keys]
    place = order.place(after)
    found = placed(rows, place, order).values(*{*names, *columns})[: limit + 1]
    part = cut(
        list(found),
        place,
        order=order,
        limit=limit,
        key=lambda row: [row[name] for name in names],
    )
    shown = [{name: row[name] for name in columns} for row in part.rows]
    number = rows.order_by()[: COUNT_CAP + 1].count()
    total, capped = min(number, COUNT_CAP), number > COUNT_CAP
    return Page(shown, part.next, total, capped, previous=part.previous)


def _within_limit(read: Callable[[], Page]) -> Page:
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            return read()
    except OutOfTimeError:
        return Page(total_is_capped=True, cut=f"Reading took longer than {limit_s:g} s.")
