"""Queries as a file: taken away, and brought in again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from analyzer import saved as verbs
from analyzer.forms.queries import QueryFileForm
from analyzer.models import SavedQuery
from analyzer.queries import saved as reads
from analyzer.serializers.query_file import MOST_BYTES, QueryFileError, drafts_of, file_of
from analyzer.views.queries.found import get_query_or_404
from analyzer.views.queries.listing import EXPORT, SAVE, show_queries
from web.gate import gate


@gate(EXPORT)
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    query = get_query_or_404(request, pk)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", query.name).strip("-")[:80]
    return _file(request, [query], f"zertify_query_{plain or query.pk}.json")


@gate(EXPORT)
@require_safe
def export_all(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    return _file(request, list(reads.visible_to(user)), "zertify_queries.json")


@gate(SAVE)
@require_POST
def bring_in(request: HttpRequest) -> HttpResponse:
    """All queries of the file, or none and the reasons."""
    form = QueryFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_queries(request, form=form, status=422)
    user: Any = request.user
    try:
        drafts = drafts_of(form.cleaned_data["file"].read(MOST_BYTES + 1))
        made = verbs.make_all(drafts=drafts, by=user, now=timezone.now())
    except QueryFileError as error:
        return show_queries(request, form=form, status=422, reasons=error.reasons)
    except verbs.SavedQueryError as error:
        return show_queries(request, form=form, status=422, reasons=(str(error),))
    word = "query" if len(made) == 1 else "queries"
    names = ", ".join(query.name for query in made[:3]) + (", ..." if len(made) > 3 else "")
    messages.success(request, f"{len(made)} {word} imported as your own: {names}.")
    return redirect("queries")


def _file(request: HttpRequest, queries: Sequence[SavedQuery], name: str) -> HttpResponse:
    if request.method == "GET":
        verbs.note_export(queries=queries, by=request.user, now=timezone.now())
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(file_of(queries), content_type="application/json", headers=headers)
