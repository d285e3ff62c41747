"""One audit pack: its progress, its file, its end."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from analyzer.models import AuditPack
from analyzer.packs import orders, places
from analyzer.packs.errors import NotTheirsError, PackError
from analyzer.queries.packs import listing as reads
from analyzer.views.packs.listing import EXPORT, UNFINISHED
from web import htmx
from web.gate import gate

CONTENT_TYPE: Final = "application/zip"


@gate(EXPORT)
@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    found, user = _get_pack_or_404(pk), _user(request)
    total = max(found.steps_total, 1)
    context = {
        "pack": found,
        "live": found.state in UNFINISHED,
        "percent": found.steps_done * 100 // total,
        "sentence": reads.words_of(found.params),
        "asked": reads.words_of(found.asked),
        "files": sorted(found.rows.items()),
        "rows": reads.count_of(found.rows),
        "has_file": found.state == AuditPack.State.COMPLETE and found.dropped_at is None,
        "may_change": orders.may_change(found, user),
        "file_name": places.file_name(found),
    }
    return htmx.render_part(request, "analyzer/pack.html", "analyzer/_pack.html", context)


@gate(EXPORT)
@require_safe
def fetch(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _get_pack_or_404(pk)
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE)
    try:
        file = orders.fetch(pack=found, by=_user(request), now=timezone.now())
    except PackError as error:
        messages.error(request, f"{str(error).capitalize()}.")
        return redirect("pack", pk)
    return FileResponse(
        file,
        as_attachment=True,
        filename=places.file_name(found),
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store"},
    )


@gate(EXPORT)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get_pack_or_404(pk)
    try:
        if not orders.cancel(pack=found, by=_user(request), now=timezone.now()):
            messages.warning(request, "The pack had ended before it could be canceled.")
    except NotTheirsError as error:
        messages.error(request, f"{str(error).capitalize()}.")
    return redirect("pack", pk)


@gate(EXPORT)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get_pack_or_404(pk)
    try:
        orders.delete(pack=found, by=_user(request), now=timezone.now())
    except PackError as error:
        messages.error(request, f"{str(error).capitalize()}.")
        return redirect("pack", pk)
    messages.success(request, f"The audit pack {found.title} is deleted.")
    return redirect("packs")


def _get_pack_or_404(pk: int) -> AuditPack:
    found = reads.get(pk)
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> Any:
    return request.user  # the gate lets no stranger in
