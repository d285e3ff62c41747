"""Why one session met its rule: every rule that was looked at, of both sides of a comparison."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from enforcement.runs.explaining import why
from enforcement.views.runs import VIEW, get_whole_run_or_404
from web.budget import OutOfTimeError
from web.gate import gate


@gate(VIEW)
@require_safe
def explained(request: HttpRequest, pk: int, session: int) -> HttpResponse:
    run = get_whole_run_or_404(pk)
    try:
        found = why(run, session, limit_s=float(settings.TIME_LIMIT_PAGE_S))
    except OutOfTimeError as error:
        context: dict[str, object] = {"run": run, "slow": f"Looking for the session was {error}."}
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "enforcement/explained.html", context, status=status)
    if found is None:
        raise Http404("there is no such session: it may have been pruned since the run")
    context = {"run": run, "row": found.row, "why": found}
    return render(request, "enforcement/explained.html", context)
