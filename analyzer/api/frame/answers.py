"""A table as the answer: a page of JSON, or all rows as a file."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Unpack

from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.asked import Asked, read_asked
from analyzer.api.frame.errors import TooSlowError
from analyzer.api.frame.files import asked_file, require_export
from analyzer.exports.formats.registry import Chosen
from analyzer.exports.levels import Level, question_of, words_of
from analyzer.exports.rows import Rows, rows_file
from analyzer.exports.taking import Taking
from analyzer.queries.pages import Question, read_page
from analyzer.serializers.rows import json_row
from analyzer.serializers.sessions import own_columns, session_row, with_raw
from analyzer.tables.columns import Table
from web.downloads import Download
from web.paging import Page


def answer(
    request: Request, table: Table, *, also: Collection[str] = (), **level: Unpack[Level]
) -> HttpResponseBase:
    """Answer what an address asks of a level's table. Raises ParameterError and others."""
    chosen = asked_file(request)
    asked = read_asked(request.query_params, table, also=also, chosen=chosen)
    question = question_of(asked.filters, **level)
    if chosen:
        target = words_of(question, level.get("server"))
        return _file(request, question, asked, target=target, chosen=chosen)
    if "protocol" in level or not level:
        return _sessions(question, asked)
    columns = asked.columns or question.table.columns
    page = _read(question, asked, columns=[column.key for column in columns])
    return _page(page, question, [json_row(row, columns) for row in page.rows])


def page_body(page: Page, rows: list[Any]) -> dict[str, Any]:
    """Return the body of a page: rows, the key of the next page, how many there are."""
    return {
        "rows": rows,
        "next": page.next,
        "previous": page.previous,
        "total": page.total,
        "total_is_capped": page.total_is_capped,
    }


def _file(
    request: Request, question: Question, asked: Asked, *, target: str, chosen: Chosen
) -> HttpResponseBase:
    require_export(request)
    taking = Taking(by=request.user, now=timezone.now(), target=target, filters=asked.filters)
    rows = Rows(question, asked.columns or question.table.columns, asked.sort)
    name, file = rows_file(rows, taking, chosen=chosen)
    return Download(file, name, chosen.format.content_type)


def _sessions(question: Question, asked: Asked) -> Response:
    page = _read(with_raw(question), asked)
    columns = asked.columns or own_columns(question.table)
    return _page(page, question, [session_row(row, columns) for row in page.rows])


def _read(question: Question, asked: Asked, *, columns: Collection[str] | None = None) -> Page:
    page = read_page(
        question, sort=asked.sort, after=asked.after, limit=asked.limit, columns=columns
    )
    if page.cut:  # a program would take the rest for the whole
        raise TooSlowError(page.cut)
    return page


def _page(page: Page, question: Question, rows: list[Any]) -> Response:
    sums = {"sums": dict(page.sums)} if question.table.sums else {}
    return Response(page_body(page, rows) | sums)
