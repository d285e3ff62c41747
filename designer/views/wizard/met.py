"""The sessions behind a line of the review."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from analyzer.history import TooManySessionsError
from designer.content.errors import DesignerError
from designer.forms.steps import EffectForm
from designer.queries.effect.met import Asked, met
from designer.queries.effect.read import SCOPES
from designer.views.found import VIEW, get_version_or_404
from designer.views.wizard.frame import read, show
from web.budget import OutOfTimeError
from web.gate import gate

_LONGEST_KEY = 18


@gate(VIEW)
@require_safe
def sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Those that a rule would have met (`rule`), or that met none (`met=none`)."""
    draft = read(get_version_or_404(pk))
    form = EffectForm(request.GET, usual=draft.around.how)
    given = request.GET
    asked = Asked(given.get("rule", ""), given.get("met", ""), _key(given.get("after", "")))
    context: dict[str, Any] = {
        "asked": asked,
        "days": form.shown_days,
        "scope": form.shown_scope,
        "judged": SCOPES[form.shown_scope][0],
        "errors": [str(one) for said in form.errors.values() for one in said],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    try:
        context["found"] = met(
            draft.rule_set,
            asked,
            days=form.shown_days,
            limit_s=float(settings.TIME_LIMIT_PAGE_S),
            settings=form.how,
        )
    except DesignerError as error:
        raise Http404(str(error)) from error
    except (OutOfTimeError, TooManySessionsError) as error:
        context["why_not"] = f"{str(error).capitalize()}."
        status = HTTPStatus.SERVICE_UNAVAILABLE
    return show(request, "review", draft, context, status=status, page="sessions")


def _key(text: str) -> int:
    is_key = text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY
    return int(text) if is_key else 0
