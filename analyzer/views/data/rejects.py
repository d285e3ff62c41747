"""Rejected records of an import, and one of them byte by byte."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analyzer.models import Import, Reject
from analyzer.queries.data import imports as reads
from analyzer.tables.imports import REJECTS
from analyzer.views.data.exported import export
from analyzer.views.data.hexview import hex_lines
from analyzer.views.found import get_import_or_404, short_name
from analyzer.views.report.exported import wants_file
from analyzer.views.sheet import PAGE_ROWS, Empty, Sheet, asked_page, cut_short, make_sheet
from smf import ebcdic
from web.gate import gate
from web.templatetags.figures import thin

KEPT = 100_000
"""Rejected records of one import that are kept; all are counted (analyzer.ingest.load.notes)."""
NO_REJECT = Empty(
    icon="circle-check",
    title="No record was rejected",
    why="Every record of this import that Zertify knows could be read.",
)


@gate("analyzer.view_report")
@require_safe
def rejects(request: HttpRequest, pk: int) -> HttpResponseBase:
    imported = get_import_or_404(pk)
    if wants_file(request):
        return export(request, reads.rejects_question(pk), target=f"rejects of import {pk}")
    page, status = asked_page(
        request, lambda after: reads.rejects(pk, after=after, limit=PAGE_ROWS)
    )
    sheet = make_sheet(
        request,
        table=REJECTS,
        page=page,
        link=lambda row: reverse("data_reject", args=[pk, row["id"]]),
        empty=cut_short(request, page) if page.cut else NO_REJECT,
    )
    context = {
        "imported": imported,
        "short_name": short_name(imported),
        "sheet": _counted(sheet, imported),
        "kept": KEPT,
    }
    return render(request, "analyzer/rejects.html", context, status=status)


@gate("analyzer.view_report")
@require_safe
def reject(request: HttpRequest, pk: int, reject_pk: int) -> HttpResponse:
    imported = get_import_or_404(pk)
    try:
        found = reads.reject(pk, reject_pk)
    except Reject.DoesNotExist as missing:
        raise Http404 from missing
    context = {
        "imported": imported,
        "short_name": short_name(imported),
        "reject": found,
        "lines": list(hex_lines(bytes(found.head))),
        "shown": len(found.head),
        "code_page": ebcdic.DEFAULT_CODE_PAGE,
    }
    return render(request, "analyzer/reject.html", context)


def _counted(sheet: Sheet, imported: Import) -> Sheet:
    """The import's own count above the lines: it is exact, and the cut-off end is not in it."""
    if not sheet.count_words:
        return sheet
    number = imported.rejected
    words = f"{thin(number)} {REJECTS.one if number == 1 else REJECTS.many}"
    tail = "the last line of all is the cut-off end of the file, which is not counted"
    return replace(sheet, count_words=words, note=tail if imported.truncated_tail else "")
