"""Steps are checked as they are filled in, by the forms that save them: field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from designer.content.errors import ContentError
from designer.content.labels import check_labels
from designer.forms.comments import LinesForm
from designer.forms.samples import SampleForm
from designer.forms.start import HeadForm, StartForm
from designer.forms.steps import PlanForm, SubmitForm
from designer.queries import changes as compared
from designer.queries import named
from designer.queries import stacks as stack_reads
from designer.views.found import AUTHOR, get_version_or_404
from designer.views.wizard import live
from designer.views.wizard.frame import read, resolved
from designer.views.wizard.live import Live
from designer.views.wizard.start import add_faults
from web.gate import gate

TOUCHED: Final = "touched"
"""The fields that somebody has been in: only these miss what they do not have yet."""
_MISSING: Final = "required"


@gate(AUTHOR)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST)
    _check_head(form, "")
    return _answer(request, form, live.of_new(form))


@gate(AUTHOR)
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_version_or_404(pk).rule_set
    form = HeadForm(request.POST)
    _check_head(form, row.name)
    wrong = []
    if form.cleaned_data.get("revision") != row.revision:
        who = row.changed_by_name or "Somebody"
        wrong = [f"{who} has changed name, purpose or owner meanwhile: saving shows both."]
    found = live.of_head(form, row.get_protocol_display())
    return _answer(request, form, replace(found, wrong=wrong))


@gate(AUTHOR)
@require_POST
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = read(get_version_or_404(pk)), LinesForm(request.POST)
    if form.is_valid():
        try:
            resolved(draft, replace(draft.content, comments=form.cleaned_data["comments"]))
        except ContentError as error:
            add_faults(form, error)
    found = live.of_lines(form)
    wrong = [*found.wrong, *live.stale(request, draft.version)]
    return _answer(request, form, replace(found, wrong=wrong))


@gate(AUTHOR)
@require_POST
def stacks(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_version_or_404(pk)
    form = PlanForm(request.POST, stacks=stack_reads.stacks())
    form.is_valid()
    found = live.of_plan(version, compared.changes(version, form.chosen()))
    return _answer(request, form, replace(found, wrong=live.stale(request, version)))


@gate(AUTHOR)
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_version_or_404(pk)
    form = SubmitForm(request.POST)
    form.is_valid()
    found = live.of_submit(version)
    wrong = [*found.wrong, *live.stale(request, version)]
    return _answer(request, form, replace(found, wrong=wrong))


@gate(AUTHOR)
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    draft, was = read(get_version_or_404(pk)), request.GET.get("name", "")
    old = next((one for one in draft.content.tests if one.name == was), None)
    rules = [one.name for one in draft.rule_set.rules()]
    form = SampleForm(request.POST, protocol=draft.rule_set.protocol, rules=rules, test=old)
    found = live.of_test(draft, form)
    name = form.cleaned_data.get("name")
    if name and name != was and name in {one.name for one in draft.content.tests}:
        form.add_error("name", f"There is a test `{name}` already.")
    wrong = [*found.wrong, *live.stale(request, draft.version)]
    return _answer(request, form, replace(found, wrong=wrong))


def _check_head(form: HeadForm, own: str) -> None:
    """All that saving would find wrong with a head; `own` is the name it has already."""
    form.is_valid()
    given = form.cleaned_data
    name = given.get("name", "")
    texts = {part: given.get(part, "") for part in ("description", "owner")}
    try:
        check_labels(name or "x", **texts)
    except ContentError as error:
        add_faults(form, error)
    taken = {one.lower() for one in named.rule_set_names()} - {own.lower()}
    if name.lower() in taken:
        form.add_error("name", f"There is a rule set `{name}` already.")


def _answer(request: HttpRequest, form: forms.Form, found: Live) -> HttpResponse:
    """The whole in words, then each field's faults for the place beside it."""
    touched = {*request.POST.get(TOUCHED, "").split()}
    fields = [(field, [*_shown(form, field.name, touched)]) for field in form.visible_fields()]
    wrong = [*found.wrong, *_texts(form.non_field_errors())]
    context = {"live": replace(found, wrong=wrong), "fields": fields}
    return render(request, "designer/_live_answer.html", context)


def _shown(form: forms.Form, name: str, touched: set[str]) -> Iterator[str]:
    for one in form.errors.as_data().get(name, []):
        if one.code != _MISSING or name in touched:
            yield from one.messages


def _texts(errors: Iterable[object]) -> list[str]:
    return [str(one) for one in errors]
