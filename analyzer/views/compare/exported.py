"""A comparison as a CSV file, or why it can't be one."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from analyzer.exports.compared import compared_file
from analyzer.forms.compare import Comparison
from analyzer.queries.compare.coverage import Coverages, lacks_a_side
from analyzer.tables.columns import Table
from analyzer.tables.compare import OPEN
from analyzer.views.report.exported import RIGHT, wants_file
from analyzer.views.report.scope import known_sort
from analyzer.views.sheet import AS_DELIVERED, chosen_columns
from web.budget import OutOfTimeError
from web.csv_stream import CONTENT_TYPE, CsvResponse
from web.gate import require

__all__ = ["export_compared", "wants_file"]


def export_compared(
    request: HttpRequest, asked: Comparison, coverages: Coverages, *, table: Table
) -> HttpResponseBase:
    """Answer with the file; with status 400 and the reasons when the address can't be used."""
    require(request, RIGHT)
    errors = {**asked.errors, **_unknown_column(request, table)}
    if errors:
        return _refused(request, errors, status=400)
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE)
    try:
        name, file = compared_file(
            asked.sides,
            grain=asked.grain,
            statuses=() if lacks_a_side(coverages) else asked.statuses,
            columns=chosen_columns(request, table),
            sort=known_sort(request, table),
            by=request.user,
            now=timezone.now(),
        )
    except OutOfTimeError as error:
        return _refused(request, {"": f"The export was {error}: ask for fewer days."}, status=503)
    return CsvResponse(file, name)


def _unknown_column(request: HttpRequest, table: Table) -> dict[str, str]:
    asked = ",".join(request.GET.getlist("columns")).replace(".", ",").split(",")
    known = {AS_DELIVERED, OPEN.key, *table.by_key}
    unknown = [key for key in asked if key and key not in known]
    return {"columns": f"`{unknown[0]}` is not a column of this table"} if unknown else {}


def _refused(request: HttpRequest, errors: Mapping[str, str], *, status: int) -> HttpResponse:
    context = {"errors": list(errors.items())}
    return render(request, "analyzer/export_refused.html", context, status=status)
