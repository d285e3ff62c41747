"""One level of the report as a page or, for script, as the part of it that changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from analyzer.tables.columns import Table
from analyzer.views.report.empties import no_rows
from analyzer.views.report.scope import Scope, known_sort
from analyzer.views.sheet import Row, asked_page, chosen_keys, make_sheet, remember_columns
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
    **words: object,
) -> HttpResponseBase:
    """Read one page with the columns and the order of the screen, and render it."""
    sort = known_sort(request, table)
    columns = chosen_keys(request, table)
    page, status = asked_page(request, lambda after: read(sort=sort, after=after, columns=columns))
    empty = no_rows(request, scope, page)
    sheet = make_sheet(request, table=table, page=page, empty=empty, sort=sort, link=link)
    context = {"scope": scope, "sheet": sheet, **words}
    response = htmx.render_part(request, PAGE, PART, context, status=max(status, scope.status))
    remember_columns(request, response, table)
    return response
