"""What the store holds, in figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analyzer.queries.data import database as reads
from analyzer.queries.data import sizes as size_reads
from web.gate import gate


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: int | datetime | None
    kind: str = "count"


@gate("analyzer.view_report")
@require_safe
def database(request: HttpRequest) -> HttpResponse:
    found, sizes = reads.summary(), size_reads.sizes()
    context = {
        "figures": [*_figures(found), *_more_figures(sizes, size_reads.growth_bytes(found.by_day))],
        "sizes": sizes,
        "partitions": found.partitions,
        "cut": " ".join(filter(None, (found.cut, sizes.cut))),
    }
    return render(request, "analyzer/database.html", context)


def _figures(found: reads.Summary) -> list[Figure]:
    return [
        Figure("Interval records (119-12)", found.interval_records),
        Figure(
            f"Connection records (119-11){', about' if found.connections_about else ''}",
            found.connection_records,
        ),
        Figure("Security sessions", found.security_sessions),
        Figure("Distinct protections", found.protections),
        Figure("Imports", found.imports),
        Figure("Days with data", found.days),
        Figure("Earliest interval", found.earliest, "time"),
        Figure("Latest interval", found.latest, "time"),
        Figure("Size on disk", found.size_bytes, "bytes"),
    ]


def _more_figures(sizes: size_reads.Sizes, growth: int | None) -> list[Figure]:
    return [
        Figure("A day takes, about", growth, "bytes"),
        Figure("Stored dumps", sizes.files),
        Figure("Size of stored dumps", sizes.files_bytes, "bytes"),
        Figure("Free beside them", sizes.free_bytes, "bytes"),
    ]
