"""Everything taken away as one document, and brought back: an administrator's page."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.parsing import require_storable
from designer import backup as verbs
from designer.views.found import APPROVE, tabs
from web.gate import gate
from web.uploads import DiskFullError, LimitedUpload

ADMINISTER: Final = "analyzer.administer"
MOST_BYTES: Final = 64 << 20
MOST_FAULTS: Final = 100
NOTHING: Final = "Nothing is brought back; mend first what is listed."


@csrf_exempt  # asked for below: the token is read only when it is known who may send files
@gate(ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def backup(request: HttpRequest) -> HttpResponse:
    """The way to the document, and where one is given back."""
    if request.method != "POST":
        return _show(request)
    limit = LimitedUpload(request, MOST_BYTES)
    request.upload_handlers = [limit]
    return _posted(request, limit)


@gate(ADMINISTER)
@require_safe
def backup_file(request: HttpRequest) -> HttpResponse:
    """The document."""
    user: Any = request.user
    now = timezone.now()
    headers = {
        "Content-Disposition": f'attachment; filename="zertify-designer-{now:%Y-%m-%d}.json"'
    }
    return JsonResponse(verbs.take(by=user, now=now), headers=headers)


@csrf_protect
def _posted(request: HttpRequest, limit: LimitedUpload) -> HttpResponse:
    file = request.FILES.get("file")
    if limit.disk_full:
        return _show(request, f"{str(DiskFullError()).capitalize()}.")
    if limit.too_large:
        return _show(request, f"The file is larger than {MOST_BYTES >> 20} MiB; nothing is done.")
    if file is None:
        return _show(request, "Choose a file.")
    try:
        tree = json.loads(file.read())
    except (ValueError, RecursionError):
        return _show(request, "The file is no JSON; nothing is done.")
    try:
        require_storable(tree)
    except ParameterError as error:
        return _show(request, NOTHING, tuple((f"/{at}", why) for at, why in error.errors.items()))
    return _restored(request, tree)


def _restored(request: HttpRequest, tree: object) -> HttpResponse:
    user: Any = request.user
    is_approver = user.has_perm(APPROVE)
    try:
        made = verbs.restore(tree=tree, is_approver=is_approver, by=user, now=timezone.now())
    except verbs.RestoreError as error:
        return _show(request, NOTHING, error.faults)
    said = f"{made.objects} objects, {made.rule_sets} rule sets, {made.stacks} stacks"
    messages.success(request, f"Brought back: {said}, {made.installations} installations.")
    if made.waiting:
        messages.warning(request, f"Versions that wait for another approver: {made.waiting}.")
    return redirect("policy_backup")


def _show(
    request: HttpRequest, why: str = "", faults: tuple[tuple[str, str], ...] = ()
) -> HttpResponse:
    context = {
        "why": why,
        "faults": faults[:MOST_FAULTS],
        "more": max(0, len(faults) - MOST_FAULTS),
        "may_approve": request.user.has_perm(APPROVE),
        "tabs": tabs("policy_settings"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if why else HTTPStatus.OK
    return render(request, "designer/backup.html", context, status=status)
