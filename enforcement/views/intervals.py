"""Interval records made of connection records: what would be made, and how far it is."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from analyzer import history
from enforcement.forms.intervals import IntervalsForm
from enforcement.intervals import starting
from enforcement.intervals.errors import MakingError
from enforcement.intervals.planning import plan
from enforcement.queries import makings as reads
from enforcement.views.runs import VIEW
from web import htmx
from web.budget import OutOfTimeError
from web.gate import gate, require
from web.paging import PageKeyError

IMPORT: Final = "analyzer.import_dump"
PAGE: Final = "enforcement/intervals/makings.html"


@gate(VIEW)
@require_safe
def makings(request: HttpRequest) -> HttpResponse:
    """Say what would be made of what the address asks for; list what was made."""
    after = request.GET.get("after")
    try:
        context = _listed(after)
    except PageKeyError:
        return redirect("interval_makings")
    if htmx.wants_fragment(request):
        return render(request, "enforcement/intervals/_makings.html", context)
    asked = {name: own for name, own in request.GET.lists() if name != "after"}
    form = IntervalsForm([*history.stack_keys()], request.GET if asked else None)
    return _page(request, form, context)


@gate(IMPORT)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Let what the form asks for be made."""
    require(request, VIEW)
    form, limit_s = IntervalsForm([*history.stack_keys()], request.POST), _limit_s()
    if form.is_valid():
        asked, user, now = form.asked(), _user(request), timezone.now()
        try:
            starting.start(asked=asked, by=user, now=now, limit_s=limit_s)
        except (MakingError, OutOfTimeError) as error:
            form.add_error(None, f"Nothing is made: {error}.")
        else:
            messages.success(request, "Interval records are being made; the list says how far.")
            return redirect("interval_makings")
    return _page(request, form, _listed(None))


@gate(IMPORT)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    require(request, VIEW)
    found = reads.making(pk)
    if found is None:
        raise Http404("there is no such thing")
    if not starting.cancel(making=found, by=_user(request), now=timezone.now()):
        messages.warning(request, "It had ended before it could be canceled.")
    return redirect("interval_makings")


def _page(request: HttpRequest, form: IntervalsForm, context: dict[str, Any]) -> HttpResponse:
    context["form"] = form
    if not form.is_bound:
        return render(request, PAGE, context)
    if not form.is_valid():
        return render(request, PAGE, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        context["plan"] = plan(form.asked(), limit_s=_limit_s())
    except OutOfTimeError as error:
        context["why"] = f"Looking for the records was {error}. Ask for fewer days or one stack."
        return render(request, PAGE, context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    context["given"] = [
        (name, value) for name, own in _sent(request) for value in own if name in form.fields
    ]
    return render(request, PAGE, context)


def _sent(request: HttpRequest) -> list[tuple[str, list[str]]]:
    sent = request.POST if request.method == "POST" else request.GET
    return [(name, [str(one) for one in own]) for name, own in sent.lists()]


def _listed(after: str | None) -> dict[str, Any]:
    page = reads.page(after)
    rows = [(one, starting.words_of(one)) for one in page.rows]
    return {"page": page, "rows": rows, "live": any(one.is_live for one in page.rows)}


def _limit_s() -> float:
    return float(settings.TIME_LIMIT_PAGE_S)


def _user(request: HttpRequest) -> Any:
    return request.user  # the gate lets no stranger in
