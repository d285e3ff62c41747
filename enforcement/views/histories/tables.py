"""One table of an exact run, page by page and as CSV, and the files that it would have written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from enforcement.histories import taking
from enforcement.models import HistoryRun
from enforcement.queries.histories import reading
from enforcement.queries.histories.columns import Table
from enforcement.queries.histories.files import FILES
from enforcement.views.histories.rows import rows_of
from enforcement.views.histories.runs import get_whole_run_or_404, tables_of
from enforcement.views.runs import VIEW
from enforcement.views.tables import EXPORT
from web.budget import OutOfTimeError, read_budget
from web.csv_stream import CONTENT_TYPE
from web.downloads import Download
from web.gate import gate
from web.paging import PAGE_ROWS, PageKeyError


@gate(VIEW)
@require_safe
def table(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    run = get_whole_run_or_404(pk)
    found = _get_table_or_404(run, name)
    context: dict[str, object] = {"run": run, "table": found}
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            page = reading.page(run.pk, found, after=request.GET.get("after"), limit=PAGE_ROWS)
            total, is_capped = reading.count(run.pk, found)
            rows = rows_of(run, found, page.rows)
    except PageKeyError:
        return redirect("history_table", pk, name)
    except OutOfTimeError as error:
        context["why"] = f"Reading the table was {error}. Start a run over fewer days."
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "enforcement/histories/table.html", context, status=status)
    context |= {"page": page, "rows": rows, "total": total, "is_capped": is_capped}
    return render(request, "enforcement/histories/table.html", context)


@gate(EXPORT)
@require_safe
def csv(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """All rows of a table."""
    run = _taken_from(request, pk)
    found = _get_table_or_404(run, name)
    return _sent(request, run, partial(taking.table_file, run, found), CONTENT_TYPE)


@gate(EXPORT)
@require_safe
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The messages, the console log, the audit records or the operator commands."""
    run, found = _taken_from(request, pk), FILES.get(kind)
    if found is None:
        raise Http404("there is no such file")
    return _sent(request, run, partial(taking.kind_file, run, found), found.media_type)


def _sent(
    request: HttpRequest, run: HistoryRun, take: Callable[..., taking.Taken], media_type: str
) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(content_type=media_type)
    try:
        name, found = take(by=request.user, now=timezone.now())
    except OutOfTimeError as error:
        messages.error(request, f"{str(error).capitalize()}.")
        return redirect("history_run", run.pk)
    return Download(found, name, media_type)


def _taken_from(request: HttpRequest, pk: int) -> HistoryRun:
    if not request.user.has_perm(VIEW):
        raise Http404("there is no such run")
    return get_whole_run_or_404(pk)


def _get_table_or_404(run: HistoryRun, name: str) -> Table:
    found = next((one for one in tables_of(run) if one.name == name), None)
    if found is None:
        raise Http404("there is no such table")
    return found
