"""The audit log: who changed something or took rows away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analyzer.queries import settings as reads
from web.gate import gate


@gate("analyzer.administer")
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    entries, following = reads.audit(after=request.GET.get("after", ""))
    return render(request, "analyzer/audit.html", {"entries": entries, "next": following})
