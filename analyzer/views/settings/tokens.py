"""The own API token: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analyzer import tokens as verbs
from analyzer.queries import tokens as reads
from web.gate import gate

VIEW = "analyzer.view_report"


@gate(VIEW)
@never_cache
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    return _page(request)


@gate(VIEW)
@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    user: Any = request.user  # the gate lets nobody else in
    return _page(request, key=verbs.make_token(by=user, now=timezone.now()))


@gate(VIEW)
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if verbs.revoke_token(of=user, by=user, now=timezone.now()):
        messages.success(request, "Your API token no longer works.")
    return redirect("settings_token")


def _page(request: HttpRequest, *, key: str = "") -> HttpResponse:
    context = {
        "key": key,
        "made_at": reads.made_at(request.user.pk or 0),
        "example": request.build_absolute_uri(reverse("api_servers")),
        "schema": reverse("api_schema"),
    }
    return render(request, "analyzer/token.html", context)
