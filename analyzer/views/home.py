"""Where a bare address leads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from web.gate import gate


@gate("analyzer.view_report")
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    return redirect("settings_systems")
