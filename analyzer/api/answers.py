"""A table as the answer: a page of JSON, or all rows as CSV."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Unpack

from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.asked import Asked, read_asked
from analyzer.api.errors import TooSlowError
from analyzer.api.guard import EXPORT
from analyzer.exports.csv_file import Taking, csv_file
from analyzer.exports.levels import Level, question_of, words_of
from analyzer.queries.pages import Question, read_page
from analyzer.serializers.rows import json_row
from analyzer.serializers.sessions import own_columns, session_row, with_raw
from analyzer.tables.columns import Table
from web.csv_stream import CsvResponse
from web.paging import Page


class CsvRenderer(BaseRenderer):
    """Says that an address can answer with CSV; the answer itself is a file."""

    media_type = "text/csv"
    format = "csv"


def answer(
    request: Request, table: Table, *, also: Collection[str] = (), **level: Unpack[Level]
) -> HttpResponseBase:
    """Answer what an address asks of a level's table. Raises ParameterError and others."""
    as_csv = request.accepted_renderer.format == CsvRenderer.format
    asked = read_asked(request.query_params, table, also=also, as_csv=as_csv)
    question = question_of(asked.filters, **level)
    if as_csv:
        return _csv(request, question, asked, target=words_of(question, level.get("server")))
    if "protocol" in level or not level:
        return _sessions(question, asked)
    columns = asked.columns or question.table.columns
    page = _read(question, asked, columns=[column.key for column in columns])
    return _page(page, [json_row(row, columns) for row in page.rows])


def page_body(page: Page, rows: list[Any]) -> dict[str, Any]:
    """Return the body of a page: rows, the key of the next page, how many there are."""
    return {
        "rows": rows,
        "next": page.next,
        "total": page.total,
        "total_is_capped": page.total_is_capped,
    }


def _csv(request: Request, question: Question, asked: Asked, *, target: str) -> HttpResponseBase:
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    taking = Taking(by=request.user, now=timezone.now(), target=target, filters=asked.filters)
    columns = asked.columns or question.table.columns
    name, file = csv_file(question, taking, columns=columns, sort=asked.sort)
    return CsvResponse(file, name)


def _sessions(question: Question, asked: Asked) -> Response:
    page = _read(with_raw(question), asked)
    columns = asked.columns or own_columns(question.table)
    return _page(page, [session_row(row, columns) for row in page.rows])


def _read(question: Question, asked: Asked, *, columns: Collection[str] | None = None) -> Page:
    page = read_page(
        question, sort=asked.sort, after=asked.after, limit=asked.limit, columns=columns
    )
    if page.cut:  # a program would take the rest for the whole
        raise TooSlowError(page.cut)
    return page


def _page(page: Page, rows: list[Any]) -> Response:
    return Response(page_body(page, rows))
