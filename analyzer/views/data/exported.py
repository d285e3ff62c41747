"""A table of Data Management as a file, or why it can't be one."""

from __future__ import annotations

from typing import IO, Final

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone

from analyzer.exports.formats.registry import Chosen
from analyzer.exports.rows import Rows, rows_file
from analyzer.exports.taking import Taking
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from analyzer.tables.columns import Table, UnknownColumnError
from analyzer.views.look import chosen_columns
from analyzer.views.report.exported import answer_file

_ALL: Final = Filters.from_params(QueryDict("days=all"))[0]


def export(request: HttpRequest, question: Question, *, target: str) -> HttpResponseBase:
    """All rows, in the columns and the order of the screen."""

    def take(chosen: Chosen) -> tuple[str, IO[bytes]]:
        taking = Taking(by=request.user, now=timezone.now(), target=target, filters=_ALL)
        columns = chosen_columns(request, question.table)
        rows = Rows(question, columns, sort_of(request, question.table))
        return rows_file(rows, taking, chosen=chosen)

    return answer_file(request, take, errors={})


def sort_of(request: HttpRequest, table: Table) -> str | None:
    """The order that the address asks for, if the table has it."""
    asked = request.GET.get("sort") or None
    try:
        table.order(asked)
    except UnknownColumnError:
        return None
    return asked
