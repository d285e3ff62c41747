"""One table of a run: page after page, and as a CSV file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from enforcement.exports import table_file
from enforcement.queries import tables
from enforcement.views.runs import VIEW, get_whole_run_or_404
from web.budget import OutOfTimeError, read_budget
from web.csv_stream import CONTENT_TYPE
from web.downloads import Download
from web.gate import gate
from web.paging import PAGE_ROWS, PageKeyError

EXPORT: Final = "analyzer.export"


@gate(VIEW)
@require_safe
def table(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    run, found = get_whole_run_or_404(pk), _get_table_or_404(name)
    context: dict[str, object] = {"run": run, "table": found}
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            page = tables.page(run.pk, found, after=request.GET.get("after"), limit=PAGE_ROWS)
            total = tables.count(run.pk, found)
    except PageKeyError:
        return redirect("enforcement_table", pk, name)
    except OutOfTimeError as error:
        context["why"] = f"Reading the table was {error}. Start a run over fewer stacks."
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "enforcement/table.html", context, status=status)
    context |= {"page": page, "total": total}
    return render(request, "enforcement/table.html", context)


@gate(EXPORT)
@require_safe
def csv(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """All rows of a table; an entry in the audit log says who took them."""
    run, found = get_whole_run_or_404(pk), _get_table_or_404(name)
    if not request.user.has_perm(VIEW):
        raise Http404("there is no such run")
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE)
    user: Any = request.user
    try:
        name, file = table_file(run, found, by=user, now=timezone.now())
    except OutOfTimeError as error:
        messages.error(request, f"{str(error).capitalize()}.")
        return redirect("enforcement_run", pk)
    return Download(file, name, CONTENT_TYPE)


def _get_table_or_404(name: str) -> tables.Table:
    found = tables.TABLES.get(name)
    if found is None:
        raise Http404("there is no such table")
    return found
