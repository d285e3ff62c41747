"""A table on a page: chosen columns, order, page of rows, and the addresses around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from analyzer.tables.columns import Column, Table
from web.paging import Page, PageKeyError
from web.templatetags.figures import thin

PAGE_ROWS = 100
AS_DELIVERED = "default"
COOKIE_SECONDS = 365 * 24 * 3600
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty table says: why, and what to do about it."""

    icon: str
    title: str
    why: str
    href: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that `components/_sheet.html` shows."""

    caption: str
    columns: Sequence[Column]
    picker: Sequence[tuple[Column, bool]]
    rows: Sequence[tuple[Row, str]]
    linked: bool
    sort: str
    count_words: str
    cut: str
    note: str
    kept: Sequence[tuple[str, str]]
    default_columns_href: str
    first_href: str
    next_href: str
    export_href: str
    empty: Empty


def asked_page(request: HttpRequest, read: Callable[[str | None], Page]) -> tuple[Page, int]:
    """The page that `after` names, and its status; a key that can't be used gives the reason."""
    try:
        return read(request.GET.get("after")), HTTPStatus.OK
    except PageKeyError as error:
        return Page(cut=f"{error}."), HTTPStatus.BAD_REQUEST


def cut_short(request: HttpRequest, page: Page) -> Empty:
    """What stands in the place of rows that could not be read."""
    return Empty(
        icon="alert-triangle",
        title="This page of the table cannot be shown",
        why=page.cut,
        href=address(request.GET, after=None),
        todo="First page",
    )


def make_sheet(
    request: HttpRequest,
    *,
    table: Table,
    page: Page,
    empty: Empty,
    sort: str | None = None,
    link: Callable[[Row], str] | None = None,
) -> Sheet:
    chosen = chosen_columns(request, table)
    params = request.GET
    return Sheet(
        caption=table.many.capitalize(),
        columns=chosen,
        picker=[(column, column in chosen) for column in table.columns] if table.pick else (),
        rows=[(row, link(row) if link else "") for row in page.rows],
        linked=link is not None,
        sort=sort or table.default_sort,
        count_words="" if page.cut and not page.rows else _count_words(page, table),
        cut=page.cut,
        note=_sort_note(params.get("sort", ""), sort),
        kept=[pair for pair in pairs(params) if pair[0] not in {"columns", "after"}],
        default_columns_href=address(params, columns=AS_DELIVERED),
        first_href=address(params, after=None) if params.get("after") else "",
        next_href=address(params, after=page.next) if page.next else "",
        export_href=address(
            params, after=None, format="csv", columns=",".join(c.key for c in chosen)
        ),
        empty=empty,
    )


def chosen_columns(request: HttpRequest, table: Table) -> tuple[Column, ...]:
    """The columns asked for in the address, else remembered, else as delivered."""
    asked = _keys(request.GET.getlist("columns"))
    return _columns(table, asked or _keys([request.COOKIES.get(_cookie(table), "")]))


def chosen_keys(request: HttpRequest, table: Table) -> list[str]:
    """Their keys: what a page needs to read, and no more."""
    return [column.key for column in chosen_columns(request, table)]


def remember_columns(request: HttpRequest, response: HttpResponseBase, table: Table) -> None:
    """Keep the columns that the address asks for as this browser's own; `default` forgets them."""
    asked = _keys(request.GET.getlist("columns"))
    if asked == [AS_DELIVERED]:
        response.delete_cookie(_cookie(table), samesite="Lax")
    elif chosen := [column.key for column in table.columns if column.key in asked]:
        response.set_cookie(
            _cookie(table), ".".join(chosen), max_age=COOKIE_SECONDS, samesite="Lax", httponly=True
        )


def _columns(table: Table, keys: Sequence[str]) -> tuple[Column, ...]:
    found = tuple(column for column in table.columns if column.key in keys)
    return found or tuple(column for column in table.columns if column.default_visible)


def address(params: QueryDict, **changes: str | None) -> str:
    """The query with some parameters changed; None takes one away."""
    changed = params.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    return f"?{changed.urlencode()}"


def pairs(params: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in params.lists() for value in values]


def _cookie(table: Table) -> str:
    return f"columns-{table.name}"


def _sort_note(asked: str, sort: str | None) -> str:
    if not asked or sort in {asked, None}:
        return ""
    return f"`{asked}` is not a column to sort by here, so the order is the table's own"


def _keys(texts: Sequence[str]) -> list[str]:
    return [key for text in texts for key in text.replace(".", ",").split(",") if key]


def _count_words(page: Page, table: Table) -> str:
    if page.total_is_capped:
        return f"More than {thin(page.total)} {table.many}"
    return f"{thin(page.total)} {table.one if page.total == 1 else table.many}"
