"""The lines that a policy file has above all rules of a rule set."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from designer import drafts
from designer.content.errors import ContentError
from designer.forms.comments import LinesForm
from designer.views.found import AUTHOR, get_version_or_404
from designer.views.wizard.frame import keep, not_edited, read, show
from designer.views.wizard.live import of_lines
from designer.views.wizard.start import add_faults
from policy.model import Kind
from web.gate import gate


@gate(AUTHOR)
@require_POST
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Save them; what can't be a line of a file is said on the step that they stand on."""
    version = get_version_or_404(pk)
    away = not_edited(request, "rules", version)
    if away:
        return away
    user: Any = request.user
    draft, form = read(version), LinesForm(request.POST)
    if form.is_valid():
        content = replace(draft.content, comments=form.cleaned_data["comments"])
        try:
            stop = keep(
                request,
                version,
                lambda revision: drafts.save(
                    version=version, revision=revision, content=content, by=user, now=timezone.now()
                ),
            )
        except ContentError as error:
            add_faults(form, error)
        else:
            return stop or redirect("policy_rules", pk)
    context = {"lines": draft.lines(Kind.SPECIFIC), "above": form, "live": of_lines(form)}
    return show(request, "rules", draft, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
