"""Do connection records, aggregated, come to what the interval records of a stack say?"""

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

from analyzer import history
from enforcement.forms.agreement import AgreementForm
from enforcement.histories import agreement
from enforcement.views.runs import VIEW
from enforcement.views.tables import EXPORT
from web.budget import OutOfTimeError
from web.csv_stream import CONTENT_TYPE
from web.downloads import Download
from web.gate import gate

PAGE: Final = "enforcement/histories/agreement.html"
SHOWN: Final = 200


@gate(VIEW)
@require_safe
def compared(request: HttpRequest) -> HttpResponse:
    """Compare what the address asks for; nothing before somebody asks."""
    form = AgreementForm([*history.stack_keys()], request.GET or None)
    context: dict[str, object] = {"form": form, "most": SHOWN, "query": request.GET.urlencode()}
    if not form.is_bound:
        return render(request, PAGE, context)
    if not form.is_valid():
        return render(request, PAGE, context, status=422)
    try:
        found = agreement.found(form.asked(), limit_s=float(settings.TIME_LIMIT_PAGE_S))
    except OutOfTimeError as error:
        context["why"] = f"Comparing was {error}. Ask for fewer days or one stack."
        return render(request, PAGE, context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except agreement.TooManyRecordsError as error:
        context["why"] = f"{str(error).capitalize()}."
        return render(request, PAGE, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    context |= {"found": found, "rows": found.differing[:SHOWN]}
    return render(request, PAGE, context)


@gate(EXPORT)
@require_safe
def csv(request: HttpRequest) -> HttpResponseBase:
    """All rows, also those that agree."""
    if not request.user.has_perm(VIEW):
        raise Http404("there is no such page")
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE)
    form, user = AgreementForm([*history.stack_keys()], request.GET), _user(request)
    if not form.is_valid():
        return render(request, PAGE, {"form": form}, status=422)
    try:
        name, file = agreement.table_file(form.asked(), by=user, now=timezone.now())
    except (OutOfTimeError, agreement.TooManyRecordsError) as error:
        messages.error(request, f"{str(error).capitalize()}.")
        return redirect("history_agreement")
    return Download(file, name, CONTENT_TYPE)


def _user(request: HttpRequest) -> Any:
    return request.user  # the gate lets no stranger in
