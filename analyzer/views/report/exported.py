"""The rows of a page as a file: the columns and the order of the screen, all rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import IO, Final, Unpack

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from analyzer.exports.formats.options import OptionError
from analyzer.exports.formats.registry import Chosen
from analyzer.exports.levels import Level, question_of, words_of
from analyzer.exports.rows import Rows, rows_file
from analyzer.exports.taking import Taking
from analyzer.queries.filters import Filters
from analyzer.tables.columns import ALL, Table
from analyzer.views.export_menu import asked_format, remember_format
from analyzer.views.look import AS_DELIVERED, chosen_columns, column_keys
from analyzer.views.report.scope import PAGE_PARAMS, known_sort
from web.budget import OutOfTimeError
from web.downloads import Download, TooLargeFileError
from web.gate import require
from web.uploads import DiskFullError

RIGHT: Final = "analyzer.export"
Take = Callable[[Chosen], tuple[str, IO[bytes]]]


def wants_file(request: HttpRequest) -> bool:
    """True when the address asks for a file instead of a page."""
    return bool(request.GET.get("format"))


def export_rows(
    request: HttpRequest, filters: Filters, *, table: Table, **level: Unpack[Level]
) -> HttpResponseBase:
    """Answer with the file; with status 400 and the reasons when the address can't be used."""
    errors = Filters.from_params(request.GET, also=PAGE_PARAMS)[1] if filters.refused else {}
    errors |= unknown_column(request, {AS_DELIVERED, ALL, *table.by_key})

    def take(chosen: Chosen) -> tuple[str, IO[bytes]]:
        question = question_of(filters, **level)
        target = words_of(question, level.get("server"))
        taking = Taking(by=request.user, now=timezone.now(), target=target, filters=filters)
        rows = Rows(question, chosen_columns(request, table), known_sort(request, table))
        return rows_file(rows, taking, chosen=chosen)

    return answer_file(request, take, errors=errors)


def answer_file(request: HttpRequest, take: Take, *, errors: Mapping[str, str]) -> HttpResponseBase:
    """Answer with what `take` returns in the format of the address, or with why there is none."""
    require(request, RIGHT)
    try:
        chosen = asked_format(request.GET)
    except OptionError as error:
        errors = {**errors, error.param: str(error)}
    if errors:
        return _refused(request, errors, status=HTTPStatus.BAD_REQUEST)
    if request.method == "HEAD":
        return HttpResponse(content_type=chosen.format.content_type)
    try:
        name, file = take(chosen)
    except OutOfTimeError as error:
        why, status = f"The export was {error}: ask for fewer days.", 503
    except TooLargeFileError as error:
        why, status = f"The file would be {error}: ask for fewer days or columns.", 503
    except DiskFullError as error:
        why, status = f"{str(error).capitalize()}.", 507
    else:
        response = Download(file, name, chosen.format.content_type)
        remember_format(response, chosen)
        return response
    return _refused(request, {"": why}, status=status)


def unknown_column(request: HttpRequest, known: set[str]) -> dict[str, str]:
    """The error of the first column in the address that is not known."""
    unknown = [key for key in column_keys(request) if key not in known]
    return {"columns": f"`{unknown[0]}` is not a column of this table"} if unknown else {}


def _refused(request: HttpRequest, errors: Mapping[str, str], *, status: int) -> HttpResponse:
    context = {"errors": list(errors.items())}
    return render(request, "analyzer/export_refused.html", context, status=status)
