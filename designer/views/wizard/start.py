"""Step 1: a new rule set, or the head of one that is there."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from designer import versions
from designer.content.errors import ContentError, StaleHeadError
from designer.content.rules import Content
from designer.content.taking import content_from
from designer.forms.start import HeadForm, StartForm
from designer.models import RuleSet
from designer.queries.contents import shelf
from designer.versions import Described
from designer.views.found import AUTHOR, get_version_or_404, tabs
from designer.views.wizard.frame import go_on, leaves_unchanged, not_edited, read, show
from designer.views.wizard.live import of_head, of_new
from designer.wizard.steps import TITLES
from web.gate import gate
from web.revisions import conflict_of


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The first step, before there is anything; what it makes is a draft at once."""
    if request.method != "POST":
        known = {
            name: request.GET[name] for name in ("protocol", "template") if name in request.GET
        }
        return _show(request, StartForm(initial=known))
    form = StartForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    template = form.templates.get(form.cleaned_data["template"])
    content = content_from(template.rule_set, shelf()) if template else Content()
    user: Any = request.user
    try:
        made = versions.make(head=form.head(), by=user, now=timezone.now(), content=content)
    except ContentError as error:
        add_faults(form, error)
        return _show(request, form, status=422)
    return redirect("policy_general", made.pk)


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, purpose and owner of a rule set; its protocol stays."""
    version = get_version_or_404(pk)
    away = not_edited(request, "start", version)
    if away:
        return away
    row = version.rule_set
    form = HeadForm(request.POST if request.method == "POST" else None, initial=_known(row))
    if leaves_unchanged(request, form):
        return go_on(request, version, "general")
    conflict = None
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        given = dict(form.cleaned_data)
        seen, said = given.pop("revision") or 0, Described(**given)
        try:
            versions.describe(rule_set=row, revision=seen, said=said, by=user, now=timezone.now())
        except StaleHeadError as error:
            row.refresh_from_db()
            conflict = conflict_of(form, error, _known(row), href=request.path)
        except ContentError as error:
            add_faults(form, error)
        else:
            return go_on(request, version, "general")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    status = HTTPStatus.CONFLICT if conflict else status
    live = of_head(form, row.get_protocol_display())
    context = {"form": form, "conflict": conflict, "live": live}
    return show(request, "start", read(version), context, status=status)


def _known(row: RuleSet) -> dict[str, Any]:
    parts = ("name", "description", "owner", "revision")
    return {part: getattr(row, part) for part in parts}


def add_faults(form: Any, error: ContentError) -> None:
    """Put the faults of a content at their fields, those of others at the top."""
    for where, part, message in error.faults:
        field = part.split("/")[0].removeprefix("inline_")
        said = f"{message[:1].upper()}{message[1:]}."
        if field in form.fields:
            form.add_error(field, said)
        else:
            form.add_error(None, f"{where}: {said}" if where else said)


def _show(request: HttpRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "tabs": tabs("policy_rule_sets"), "titles": list(TITLES.values())}
    context["live"] = of_new(form)
    return render(request, "designer/new.html", context, status=status)
