"""Steps 5 and 8: review with the effect, and the file."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from analyzer.history import TooManySessionsError
from designer import dialects, rulesets
from designer.content.encoding import page_named
from designer.content.errors import DesignerError
from designer.forms.site import dialect_choices
from designer.forms.steps import EffectForm
from designer.models import Version
from designer.queries import stacks as stack_reads
from designer.queries.effect.read import DAYS, SCOPES, read_effect, usual_scope
from designer.queries.effect.summary import Effect
from designer.queries.site import site
from designer.views.found import VIEW, get_version_or_404
from designer.views.taking import taken_away
from designer.views.wizard.frame import Draft, read, show
from policy.errors import PolicyError
from policy.model import Policy
from policy.settings import Settings
from policy.writer import write
from web.budget import OutOfTimeError
from web.gate import gate


@gate(VIEW)
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The effective order, what checks say, the file, and what it would have done."""
    draft = read(get_version_or_404(pk))
    asked = EffectForm(request.GET, usual=draft.around.how)
    days, how = asked.shown_days, asked.how
    effect, why_not = _effect(draft, days, how)
    context = {
        "file": _file(draft)[0],
        "failed": _failed(draft.version),
        "effect": effect,
        "why_not": why_not,
        "asked": asked,
        "days": days,
        "scope": usual_scope(how),
        "all_days": DAYS,
        "scopes": [(key, words) for key, (words, _) in SCOPES.items()],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked.errors else HTTPStatus.OK
    return show(request, "review", draft, context, status=status)


@gate(VIEW)
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The policy file with the way to z/OS; the stacks have theirs with all protocols."""
    draft = read(get_version_or_404(pk))
    rows = [one.stack for one in stack_reads.holders(draft.version)]
    chosen = request.GET.get("dialect", "")
    text, why_not = _file(draft, chosen)
    context = {
        "file": text,
        "why_not": why_not,
        "name": file_name(draft.version),
        "stacks": rows,
        "dialects": dialect_choices("that of the site"),
        "dialect": chosen,
    }
    return show(request, "file", draft, context)


@gate(VIEW)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule set alone as a policy file."""
    version = get_version_or_404(pk)
    page, dialect = request.GET.get("code_page", ""), request.GET.get("dialect", "")
    try:
        found = rulesets.version_file(version, page_named(page), dialect=dialect)
    except DesignerError as error:
        messages.error(request, f"The file can't be written: {error}.")
        return redirect("policy_review", pk)
    return taken_away(request, found, target=str(version), stem=_stem(version))


def file_name(version: Version) -> str:
    """Return a name that is safe anywhere."""
    return f"{_stem(version)}.zert"


def _stem(version: Version) -> str:
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in version.rule_set.name)
    return f"{plain}_v{version.number}"


def _failed(version: Version) -> list[dict[str, object]]:
    return [one for one in version.test_results if not one["passed"]]


def _file(draft: Draft, dialect: str = "") -> tuple[str, str]:
    """The text of the file in a dialect, by default the site's; or why there is none."""
    try:
        keywords = dialects.named(dialect or site().dialect)
        return write(Policy((draft.rule_set,)), keywords), ""
    except (PolicyError, DesignerError) as error:
        return "", str(error)


def _effect(draft: Draft, days: int, how: Settings) -> tuple[Effect | None, str]:
    """The effect, or why there is none."""
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        return read_effect(draft.rule_set, days=days, limit_s=limit_s, settings=how), ""
    except (OutOfTimeError, TooManySessionsError, DesignerError) as error:
        return None, f"{str(error).capitalize()}."
