"""The tests of a draft: sample connections, and the rule that each must meet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from designer import drafts, rule_tests
from designer.content.errors import ContentError
from designer.content.rules import TestContent
from designer.content.spoken import connection_said
from designer.forms.samples import SampleForm
from designer.forms.taken import SESSION, sample
from designer.views.found import AUTHOR, VIEW, get_version_or_404
from designer.views.wizard import live
from designer.views.wizard.frame import Draft, keep, not_edited, opened, read, show
from web.gate import gate


@gate(VIEW)
@require_safe
def tests(request: HttpRequest, pk: int) -> HttpResponse:
    """All of them with what each met."""
    draft = read(get_version_or_404(pk))
    results = {one["name"]: one for one in draft.version.test_results}
    rows = [_row(draft, one, results.get(one.name)) for one in draft.content.tests]
    failed = sum(row["passed"] is False for row in rows)
    return show(request, "review", draft, {"rows": rows, "failed": failed}, page="tests")


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """One test: a new one, from a recorded session, or the one that `name` names."""
    version = get_version_or_404(pk)
    away = not_edited(request, "rules", version)
    if away:
        return away
    draft, was = opened(request, version), request.GET.get("name", "")
    old = next((one for one in draft.content.tests if one.name == was), None)
    if was and old is None:
        raise Http404("there is no such test")
    form, why_not = _form(request, draft, old)
    if request.method == "POST" and form.is_valid():
        answer = _kept(request, draft, form, was)
        if answer:
            return answer
    context = {
        "form": form,
        "live": live.of_test(draft, form),
        "was": was,
        "row": _row(draft, old, None) if old else None,
        "why_not": why_not,
        "has_session": SESSION in request.GET,
    }
    status = 422 if form.errors else 200
    return show(request, "review", draft, context, status=status, page="test")


@gate(AUTHOR)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a test out."""
    version = get_version_or_404(pk)
    user: Any = request.user
    name = request.POST.get("name", "")
    stop = keep(
        request,
        version,
        lambda revision: drafts.drop_test(
            version=version, revision=revision, name=name, by=user, now=timezone.now()
        ),
    )
    return stop or redirect("policy_tests", pk)


def _form(request: HttpRequest, draft: Draft, old: TestContent | None) -> tuple[SampleForm, str]:
    """The form, and why a session in the address fills nothing."""
    protocol, why_not = draft.rule_set.protocol, ""
    rules = [one.name for one in draft.rule_set.rules()]
    initial: dict[str, Any] = {}
    if SESSION in request.GET and old is None:
        initial, why_not = sample(request.GET[SESSION], draft.rule_set, draft.around.how)
    data = request.POST if request.method == "POST" else None
    form = SampleForm(data, protocol=protocol, rules=rules, test=old, initial=initial)
    return form, why_not


def _kept(request: HttpRequest, draft: Draft, form: SampleForm, was: str) -> HttpResponse | None:
    """Save a valid form; None when its parts do not fit, which the form then says."""
    user: Any = request.user
    version, made = draft.version, form.content()
    if made.name != was and made.name in {one.name for one in draft.content.tests}:
        form.add_error("name", f"There is a test `{made.name}` already.")
        return None
    try:
        stop = keep(
            request,
            version,
            lambda revision: drafts.put_test(
                version=version, revision=revision, test=made, by=user, now=timezone.now(), was=was
            ),
        )
    except ContentError as error:
        form.add_faults(error.faults)
        return None
    if stop is None:
        _say(request, version.pk, made.name)
    return stop or redirect("policy_tests", version.pk)


def _say(request: HttpRequest, pk: int, name: str) -> None:
    """Say how a saved test went."""
    results = get_version_or_404(pk).test_results
    found = next((one for one in results if one["name"] == name), None)
    if found and found["passed"]:
        messages.success(request, f"{name} is saved and passes.")
    else:
        messages.warning(request, f"{name} is saved and fails.")


def _row(draft: Draft, one: TestContent, result: dict[str, Any] | None) -> dict[str, Any]:
    found = result or rule_tests.results(draft.rule_set, [one], draft.around.how)[0]
    return {
        "test": one,
        "said": connection_said(one.connection),
        "met": found["met"],
        "passed": found["passed"],
        "note": found["note"],
        "why": "" if found["passed"] else rule_tests.why(draft.rule_set, one, draft.around.how),
    }
