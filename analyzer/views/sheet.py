"""A table on a page: chosen columns, order, page of rows, and the addresses around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, QueryDict

from analyzer.tables.columns import Column, Sum, Table
from analyzer.views.export_menu import PARAMS as EXPORT_PARAMS
from analyzer.views.export_menu import ExportMenu, export_menu
from analyzer.views.look import Picker, chosen_columns, density_of, picker_of
from web.paging import Page, PageKeyError
from web.templatetags.figures import thin

PAGE_ROWS = 100
_NOT_KEPT = frozenset({"columns", "after", *EXPORT_PARAMS})
Row = Mapping[str, Any]
ACTIONS = Column("actions", "Actions", kind="actions", sql="''", sortable=False)


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty table says: why, and what to do about it."""

    icon: str
    title: str
    why: str
    href: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What may be done with a row; `words` say it with the row's name."""

    word: str
    href: str
    words: str
    saves: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that `components/_sheet.html` shows."""

    caption: str
    columns: Sequence[Column]
    picker: Picker | None
    density: str
    rows: Sequence[tuple[Row, str]]
    linked: bool
    hover: str
    sort: str
    count_words: str
    sums: Sequence[tuple[Sum, int, str]]
    cut: str
    note: str
    first_href: str
    previous_href: str
    next_href: str
    kept: Sequence[tuple[str, str]]
    export: ExportMenu
    export_columns: str
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
    params, keys = request.GET, ",".join(column.key for column in chosen)
    return Sheet(
        caption=table.many.capitalize(),
        columns=chosen,
        picker=picker_of(
            request,
            table,
            back=f"{request.path}{address(params, columns=None)}".removesuffix("?"),
            share_href=address(params, after=None, columns=keys),
        ),
        density=density_of(request, table),
        rows=[(row, link(row) if link else "") for row in page.rows],
        linked=link is not None,
        hover=table.hover,
        sort=sort or table.default_sort,
        count_words="" if page.cut and not page.rows else _count_words(page, table),
        sums=_sums(page, table),
        cut=page.cut,
        note=_sort_note(params.get("sort", ""), sort),
        first_href=_first_href(params, page),
        previous_href=address(params, after=page.previous) if page.previous else "",
        next_href=address(params, after=page.next) if page.next else "",
        kept=[pair for pair in pairs(params) if pair[0] not in _NOT_KEPT],
        export=export_menu(request),
        export_columns=keys,
        empty=empty,
    )


def with_actions(sheet: Sheet, action: Callable[[Row], Action | Sequence[Action]]) -> Sheet:
    """The table with what may be done with each row at its end; files do not have that column."""
    rows = [({**row, ACTIONS.key: _listed(action(row))}, href) for row, href in sheet.rows]
    return replace(sheet, columns=(*sheet.columns, ACTIONS), rows=rows)


def _listed(found: Action | Sequence[Action]) -> list[Action]:
    return [found] if isinstance(found, Action) else [*found]


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


def _first_href(params: QueryDict, page: Page) -> str:
    """The way out of a page that is not the first one, also of an empty one."""
    away = page.previous or (params.get("after") and not page.rows)
    return address(params, after=None) if away else ""


def _sort_note(asked: str, sort: str | None) -> str:
    if not asked or sort in {asked, None}:
        return ""
    return f"`{asked}` is not a column to sort by here, so the order is the table's own"


def _count_words(page: Page, table: Table) -> str:
    if page.total_is_capped:
        return f"More than {thin(page.total)} {table.many}"
    return f"{thin(page.total)} {table.one if page.total == 1 else table.many}"


def _sums(page: Page, table: Table) -> list[tuple[Sum, int, str]]:
    """What all rows come to, not only those of this page: each with its words."""
    return [
        (one, number, one.one if number == 1 and one.one else one.words)
        for one in table.sums
        if (number := page.sums.get(one.key)) is not None
    ]
