"""The stored copy of an uploaded dump: fetch it again, or drop it."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from analyzer.ingest import intake
from analyzer.ingest.errors import IntakeError
from analyzer.models import StoredFile
from analyzer.views.found import get_import_or_404
from web.gate import gate

CONTENT_TYPE = "application/octet-stream"


@gate("analyzer.export")
@require_safe
def fetch(request: HttpRequest, pk: int) -> HttpResponseBase:
    stored = _stored_or_404(pk)
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE)
    try:
        file = intake.fetch_file(stored=stored, by=request.user, now=timezone.now())
    except IntakeError as error:
        messages.error(request, str(error))
        return redirect("data_import_detail", pk)
    return FileResponse(
        file,
        as_attachment=True,
        filename=stored.name,
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store"},
    )


@gate("analyzer.administer")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    stored = _stored_or_404(pk)
    try:
        intake.drop_file(stored=stored, by=request.user, now=timezone.now())
    except IntakeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"The stored copy of {stored.name} was dropped.")
    return redirect("data_import_detail", pk)


def _stored_or_404(pk: int) -> StoredFile:
    stored = get_import_or_404(pk).stored_file
    if stored is None or stored.dropped_at is not None:
        raise Http404
    return stored
