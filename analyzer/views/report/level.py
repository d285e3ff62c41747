"""One level of the report as a page or, for script, as the part of it that changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from analyzer.tables.columns import Table
from analyzer.views.look import chosen_keys
from analyzer.views.report.empties import no_rows
from analyzer.views.report.scope import Scope, known_sort
from analyzer.views.sheet import Action, Row, asked_page, make_sheet, with_actions
from web import htmx
from web.paging import Page

PAGE, PART = "analyzer/report.html", "analyzer/_report.html"


class Read(Protocol):
    """A read of the level, all but what the table on the screen decides."""

    def __call__(self, *, sort: str, after: str | None, columns: list[str]) -> Page: ...


def show_level(
    request: HttpRequest,
    scope: Scope,
    *,
    table: Table,
    read: Read,
    link: Callable[[Row], str],
    action: Callable[[Row], Action] | None = None,
    **words: object,
) -> HttpResponseBase:
    """Read one page with the columns and the order of the screen, and render it.

    `action` is what may be done with a row, beside opening it.
    """
    sort = known_sort(request, table)
    columns = chosen_keys(request, table)
    page, status = asked_page(request, lambda after: read(sort=sort, after=after, columns=columns))
    empty = no_rows(request, scope, page)
    sheet = make_sheet(request, table=table, page=page, empty=empty, sort=sort, link=link)
    if action is not None:
        sheet = with_actions(sheet, action)
    context = {"scope": scope, "sheet": sheet, **words}
    return htmx.render_part(request, PAGE, PART, context, status=max(status, scope.status))
