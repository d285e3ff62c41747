"""The rows of a page as a CSV file: the columns and the order of the screen, all rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Unpack

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from analyzer.exports.csv_file import Taking, csv_file
from analyzer.exports.levels import Level, question_of, words_of
from analyzer.queries.filters import Filters
from analyzer.tables.columns import Table
from analyzer.views.report.scope import PAGE_PARAMS, known_sort
from analyzer.views.sheet import AS_DELIVERED, chosen_columns
from web.budget import OutOfTimeError
from web.csv_stream import CONTENT_TYPE, CsvResponse
from web.gate import require

RIGHT: Final = "analyzer.export"


def wants_file(request: HttpRequest) -> bool:
    """True when the address asks for CSV instead of a page."""
    return request.GET.get("format") == "csv"


def export_rows(
    request: HttpRequest, filters: Filters, *, table: Table, **level: Unpack[Level]
) -> HttpResponseBase:
    """Answer with the file; with status 400 and the reasons when the address can't be used."""
    require(request, RIGHT)
    errors = _errors(request, filters, table)
    if errors:
        return _refused(request, errors, status=400)
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE)
    question = question_of(filters, **level)
    target = words_of(question, level.get("server"))
    taking = Taking(by=request.user, now=timezone.now(), target=target, filters=filters)
    columns, sort = chosen_columns(request, table), known_sort(request, table)
    try:
        name, file = csv_file(question, taking, columns=columns, sort=sort)
    except OutOfTimeError as error:
        return _refused(request, {"": f"The export was {error}: ask for fewer days."}, status=503)
    return CsvResponse(file, name)


def _errors(request: HttpRequest, filters: Filters, table: Table) -> Mapping[str, str]:
    errors = Filters.from_params(request.GET, also=PAGE_PARAMS)[1] if filters.refused else {}
    asked = ",".join(request.GET.getlist("columns")).replace(".", ",").split(",")
    unknown = [key for key in asked if key and key != AS_DELIVERED and key not in table.by_key]
    if unknown:
        errors |= {"columns": f"`{unknown[0]}` is not a column of this table"}
    return errors


def _refused(request: HttpRequest, errors: Mapping[str, str], *, status: int) -> HttpResponse:
    context = {"errors": list(errors.items())}
    return render(request, "analyzer/export_refused.html", context, status=status)
