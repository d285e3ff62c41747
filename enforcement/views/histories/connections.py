"""One connection of an exact run, decision by decision, and the way to it by its ID."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from analyzer import history
from enforcement.histories.connections import promoting
from enforcement.histories.connections.displays import HONESTY
from enforcement.histories.connections.links import number_of, start_of
from enforcement.histories.connections.tracing import trace
from enforcement.histories.connections.windows import MOST_RECORDS
from enforcement.histories.work import window_of
from enforcement.views.histories.runs import get_whole_run_or_404
from enforcement.views.runs import AUTHOR, VIEW
from web.budget import OutOfTimeError
from web.gate import gate

MOST_LIVES: Final = 200


@gate(VIEW)
@require_safe
def connection(request: HttpRequest, pk: int, stack: int, conn_id: str, start: str) -> HttpResponse:
    run = get_whole_run_or_404(pk)
    number, began = number_of(conn_id), start_of(start)
    if number is None or began is None:
        raise Http404("there is no such connection")
    try:
        found = trace(run, stack, number, began.at)
    except OutOfTimeError as error:
        why = f"Looking for its records was {error}: start a run over fewer days."
        context: dict[str, object] = {"run": run, "why": why}
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "enforcement/histories/connection.html", context, status=status)
    if found is None:
        raise Http404("there is no record of it in the run's days: it may have been pruned since")
    context = {
        "run": run,
        "trace": found,
        "conn_id": f"{number:08X}",
        "honesty": HONESTY,
        "most": MOST_RECORDS,
    }
    return render(request, "enforcement/histories/connection.html", context)


@gate(AUTHOR)
@require_safe
def make_rule(request: HttpRequest, pk: int, fall: int) -> HttpResponse:
    """On to the designer's page that makes a rule of what fell through to the end."""
    run = get_whole_run_or_404(pk)
    found = promoting.fall(run, fall)
    if found is None:
        raise Http404("there is no such row")
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    return redirect(promoting.address_of(run, found, limit_s=limit_s))


@gate(VIEW)
@require_safe
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Connections with an ID, as Netstat shows it: the same one may be used again and again."""
    run, asked = get_whole_run_or_404(pk), request.GET.get("id", "").strip()
    context: dict[str, object] = {"run": run, "asked": asked, "most": MOST_LIVES}
    status = HTTPStatus.OK
    number = number_of(asked)
    if number is not None:
        limit_s = float(settings.TIME_LIMIT_PAGE_S)
        try:
            context["found"] = history.connection_lives(
                window_of(run), number, most=MOST_LIVES, limit_s=limit_s
            )
        except OutOfTimeError as error:
            context["why"] = f"The search was {error}: start a run over fewer days."
            status = HTTPStatus.SERVICE_UNAVAILABLE
    elif asked:
        context["why"] = "That is no connection ID: write up to eight hex digits, as 00001A2B."
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "enforcement/histories/find.html", context, status=status)
