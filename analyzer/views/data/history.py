"""Import history: all imports, one with its live progress, cancel, import again."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from analyzer.forms.imports import FRAMING_WORDS
from analyzer.ingest import intake
from analyzer.ingest.errors import IntakeError
from analyzer.models import Import
from analyzer.queries import imports as reads
from analyzer.tables.imports import HISTORY
from analyzer.views.data.progress import is_live, progress_of
from analyzer.views.data.rejects import KEPT
from analyzer.views.found import get_import_or_404, last_part, short_name
from analyzer.views.sheet import PAGE_ROWS, Empty, asked_page, cut_short, make_sheet
from web import htmx
from web.gate import gate

VIEW = "analyzer.view_report"
NO_IMPORT = Empty(
    icon="history",
    title="Nothing has been imported yet",
    why="Imports stand here with their counts as soon as the first dump is submitted.",
)


@gate(VIEW)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    page, status = asked_page(request, lambda after: reads.history(after=after, limit=PAGE_ROWS))
    sheet = make_sheet(
        request,
        table=HISTORY,
        page=replace(page, rows=[{**row, "name": last_part(row["name"])} for row in page.rows]),
        link=lambda row: reverse("data_import_detail", args=[row["id"]]),
        empty=cut_short(request, page) if page.cut else NO_IMPORT,
    )
    live = any(row["state"] in {"pending", "active"} for row in page.rows)
    context = {"sheet": sheet, "live": live}
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
        "can_resubmit": stored is None or stored.dropped_at is None,
    }


def _framing_words() -> list[tuple[str, str]]:
    return [(framing.value, words) for framing, words in FRAMING_WORDS.items()]
