"""The history: all imports and prunes; an import with its live progress, cancel, again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from analyzer import renewal
from analyzer.forms.imports import FRAMING_WORDS
from analyzer.ingest import intake
from analyzer.ingest.errors import IntakeError
from analyzer.models import Import
from analyzer.queries.data import history as reads
from analyzer.queries.data import renewals, stored_days
from analyzer.tables.imports import HISTORY
from analyzer.views.data.exported import export, sort_of
from analyzer.views.data.progress import is_live, progress_of
from analyzer.views.data.rejects import KEPT
from analyzer.views.found import get_import_or_404, last_part, short_name
from analyzer.views.report.exported import wants_file
from analyzer.views.sheet import (
    Empty,
    Row,
    asked_page,
    cut_short,
    make_sheet,
)
from smf.reader import DECODER
from web import htmx
from web.budget import OutOfTimeError, read_budget
from web.gate import gate

VIEW = "analyzer.view_report"
NOTHING = Empty(
    icon="history",
    title="Nothing has been imported yet",
    why="Imports stand here with their counts as soon as the first dump is submitted, and prunes"
    " when data go.",
)
LOOK_LIMIT_S = 1.0
LIVE = frozenset({"pending", "active"})


@gate(VIEW)
@require_safe
def history(request: HttpRequest) -> HttpResponseBase:
    if wants_file(request):
        return export(request, reads.question(), target="history")
    sort = sort_of(request, HISTORY)
    page, status = asked_page(request, lambda after: reads.page(sort=sort, after=after))
    sheet = make_sheet(
        request,
        table=HISTORY,
        page=replace(page, rows=[_shown(row) for row in page.rows]),
        link=_link,
        sort=sort,
        empty=cut_short(request, page) if page.cut else NOTHING,
    )
    context = {
        "sheet": sheet,
        "live": any(row["state"] in LIVE for row in page.rows),
        "renewable": 0 if page.cut else len(renewals.renewable()),
    }
    return htmx.render_part(
        request, "analyzer/history.html", "analyzer/_history.html", context, status=status
    )


@gate(VIEW)
@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    context = _detail(get_import_or_404(pk))
    return htmx.render_part(
        request, "analyzer/import_detail.html", "analyzer/_import_detail.html", context
    )


@gate("analyzer.import_dump")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    if not intake.cancel(imported=get_import_or_404(pk), by=request.user, now=timezone.now()):
        messages.warning(request, "The import had ended before it could be canceled.")
    return redirect("data_import_detail", pk)


@gate("analyzer.import_dump")
@require_POST
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        again = intake.resubmit(imported=get_import_or_404(pk), by=request.user, now=timezone.now())
    except IntakeError as error:
        messages.error(request, str(error))
        return redirect("data_import_detail", pk)
    return redirect("data_import_detail", again.pk)


@gate("analyzer.import_dump")
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    found = renewal.renew_all(by=request.user, now=timezone.now())
    if not found.taken:
        messages.warning(request, "No import can be read again.")
    for imported, why in found.refused:
        messages.warning(request, f"{imported.name}: {why}.")
    if found.taken:
        messages.success(request, f"{len(found.taken)} imports are read again.")
    return redirect("data_history")


def _detail(imported: Import) -> dict[str, object]:
    finished, started = imported.finished_at, imported.started_at
    stored = imported.stored_file
    return {
        "imported": imported,
        "short_name": short_name(imported),
        "live": is_live(imported),
        "progress": progress_of(imported, timezone.now()),
        "ignored": [
            (reason.replace("_", " "), n) for reason, n in sorted(imported.ignored.items())
        ],
        "kept": KEPT,
        "ignored_total": sum(imported.ignored.values()),
        "seconds": finished - started if finished and started else None,
        "framing": dict(_framing_words()).get(imported.framing, imported.framing),
        "is_outdated": 0 < imported.decoder < DECODER,
        "renewed_by": getattr(imported, "renewed_by", None),
        "can_resubmit": stored is None or stored.dropped_at is None,
        "without_intervals": _without_intervals(imported),
    }


def _without_intervals(imported: Import) -> list[str]:
    """Stacks with connection records alone; none where that is not known soon enough."""
    if is_live(imported) or not imported.added or imported.earliest is None:
        return []
    try:
        with read_budget(LOOK_LIMIT_S):
            return stored_days.without_intervals(imported)
    except OutOfTimeError:
        return []


def _framing_words() -> list[tuple[str, str]]:
    return [(framing.value, words) for framing, words in FRAMING_WORDS.items()]


def _shown(row: Row) -> dict[str, Any]:
    name = row["name"]
    return {**row, "name": last_part(name) if reads.is_import(row) else name}


def _link(row: Row) -> str:
    name = "data_import_detail" if reads.is_import(row) else "data_prune_detail"
    return reverse(name, args=[reads.key_of(row)])
