"""The audit log: who changed something or took rows away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analyzer.models import AuditEntry
from analyzer.queries import settings as reads
from web.gate import gate
from web.paging import PageKeyError


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its details in words."""

    at: datetime
    user_name: str
    action: str
    target: str
    details: str


@gate("analyzer.administer")
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    try:
        page = reads.audit(after=after)
    except PageKeyError as error:
        context: dict[str, object] = {"error": f"{error}."}
        return render(request, "analyzer/audit.html", context, status=HTTPStatus.BAD_REQUEST)
    context = {"entries": [_line(entry) for entry in page.rows], "page": page}
    return render(request, "analyzer/audit.html", context)


def _line(entry: AuditEntry) -> Line:
    return Line(entry.at, entry.user_name, entry.action, entry.target, _words(entry.data))


def _words(data: Mapping[str, object]) -> str:
    return "; ".join(f"{name}: {_value(found)}" for name, found in data.items())


def _value(found: object) -> str:
    if isinstance(found, Mapping):
        return ", ".join(f"{name} {_value(one)}" for name, one in found.items()) or "none"
    if isinstance(found, list):
        return ", ".join(map(str, found)) or "none"
    return str(found)
