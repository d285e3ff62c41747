"""A cryptography bill of materials of the filters of the address."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from analyzer.exports.cbom.bill import MEDIA_TYPES
from analyzer.exports.cbom.taken import take_bill
from analyzer.exports.taking import Taking
from analyzer.queries.cbom.used import TooManyError
from analyzer.queries.filters import Filters
from web.budget import OutOfTimeError
from web.gate import gate

_DELIVERED: Final = "json"


@gate("analyzer.export")
@require_safe
def cbom(request: HttpRequest) -> HttpResponse:
    filters, errors = Filters.from_params(request.GET)
    form = request.GET.get("format") or _DELIVERED
    if form not in MEDIA_TYPES:
        errors |= {"format": f"`{form}` is none of {', '.join(MEDIA_TYPES)}"}
    if errors:
        return _refused(request, errors, status=400)
    if request.method == "HEAD":
        return HttpResponse(content_type=MEDIA_TYPES[form])
    taking = Taking(by=request.user, now=timezone.now(), target="cbom", filters=filters)
    try:
        name, content = take_bill(taking, form=form)
    except (TooManyError, OutOfTimeError) as error:
        return _refused(request, {"": f"{str(error).capitalize()}."}, status=503)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=MEDIA_TYPES[form], headers=headers)


def _refused(request: HttpRequest, errors: dict[str, str], *, status: int) -> HttpResponse:
    context = {"errors": list(errors.items())}
    return render(request, "analyzer/export_refused.html", context, status=status)
