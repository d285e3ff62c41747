"""The own API tokens: made, each shown once, revoked."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analyzer import tokens as verbs
from analyzer.forms.tokens import TokenForm
from analyzer.queries.people import tokens as reads
from web.gate import gate

VIEW = "analyzer.view_report"


@gate(VIEW)
@never_cache
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    return _page(request, TokenForm(user=request.user))


@gate(VIEW)
@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    user: Any = request.user  # the gate lets nobody else in
    form, now = TokenForm(request.POST, user=user), timezone.now()
    if form.is_valid():
        try:
            key = verbs.make_token(draft=form.draft(now), by=user, now=now)
        except verbs.TokenNameTakenError as error:
            form.add_error("name", f"{error}."[:1].upper() + f"{error}."[1:])
        else:
            return _page(request, TokenForm(user=user), key=key)
    return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@gate(VIEW)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    if verbs.revoke_token(pk=pk, of=user, by=user, now=timezone.now()):
        messages.success(request, "The API token no longer works.")
    return redirect("settings_token")


def _page(
    request: HttpRequest, form: TokenForm, *, key: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "key": key,
        "form": form,
        "tokens": reads.tokens_of(request.user.pk or 0),
        "now": timezone.now(),
        "example": request.build_absolute_uri(reverse("api_servers")),
        "schema": reverse("api_schema"),
    }
    return render(request, "analyzer/token.html", context, status=status)
