"""What the store holds, in figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analyzer.queries import database as reads
from web.gate import gate


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: int | datetime | None
    kind: str = "count"


@gate("analyzer.view_report")
@require_safe
def database(request: HttpRequest) -> HttpResponse:
    found = reads.summary()
    context = {"figures": _figures(found), "partitions": found.partitions, "cut": found.cut}
    return render(request, "analyzer/database.html", context)


def _figures(found: reads.Summary) -> list[Figure]:
    return [
        Figure("Interval records (119-12)", found.interval_records),
        Figure("Connection records (119-11)", found.connection_records),
        Figure("Security sessions", found.security_sessions),
        Figure("Distinct protections", found.protections),
        Figure("Imports", found.imports),
        Figure("Days with data", found.days),
        Figure("Earliest interval", found.earliest, "time"),
        Figure("Latest interval", found.latest, "time"),
        Figure("Size on disk", found.size_bytes, "bytes"),
    ]
