"""Rules of a baseline of the site: added, changed, switched, deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from analyzer import own_baselines as verbs
from analyzer.baselines.profile import Profile, Rule
from analyzer.forms.baselines import RuleForm, free_id, query_initial, rule_initial
from analyzer.models import OwnBaseline
from analyzer.queries import saved
from analyzer.views.baselines.found import SAVE, get_own_or_404, get_rule_or_404
from analyzer.views.report.scope import BASELINES, read_scope, tabs
from web.gate import gate
from web.revisions import Conflict, conflict_of


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """A new rule, empty or with the filters of a saved query."""
    row, profile = get_own_or_404(key)
    if request.method != "POST":
        initial, left = _from_query(request)
        return _page(request, RuleForm(initial=initial), profile, left=left)
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, profile)
    rule = form.rule(rule_id=free_id(profile, form.cleaned_data["title"]), on=True)
    return _put(request, form, row, profile, rule, f"Rule {rule.title} added.")


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str, rule_id: str) -> HttpResponse:
    row, profile = get_own_or_404(key)
    rule = get_rule_or_404(profile, rule_id)
    if request.method != "POST":
        initial = rule_initial(rule) | {"revision": profile.version}
        return _page(request, RuleForm(initial=initial), profile, rule=rule)
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, profile, rule=rule)
    changed = form.rule(rule_id=rule.id, on=rule.on)
    return _put(request, form, row, profile, changed, f"Rule {changed.title} changed.")


@gate(SAVE)
@require_POST
def switch(request: HttpRequest, key: str, rule_id: str) -> HttpResponse:
    row, profile = get_own_or_404(key)
    rule = get_rule_or_404(profile, rule_id)
    user: Any = request.user
    try:
        verbs.switch_rule(baseline=row, rule_id=rule_id, by=user, now=timezone.now())
    except verbs.OwnBaselineError as error:
        messages.error(request, f"{error}.")
    else:
        state = "off" if rule.on else "on"
        messages.success(request, f"The rule {rule.title} is switched {state}.")
    return redirect("report_baseline", key)


@gate(SAVE)
@require_POST
def delete(request: HttpRequest, key: str, rule_id: str) -> HttpResponse:
    row, profile = get_own_or_404(key)
    rule = get_rule_or_404(profile, rule_id)
    user: Any = request.user
    try:
        verbs.drop_rule(baseline=row, rule_id=rule_id, by=user, now=timezone.now())
    except verbs.OwnBaselineError as error:
        messages.error(request, f"{error}.")
    else:
        messages.success(request, f"The rule {rule.title} is deleted.")
    return redirect("report_baseline", key)


def _put(
    request: HttpRequest,
    form: RuleForm,
    row: OwnBaseline,
    profile: Profile,
    rule: Rule,
    note: str,
) -> HttpResponse:
    user: Any = request.user
    note = form.cleaned_data["note"] or note
    there, seen = profile.rule(rule.id), form.cleaned_data["revision"]
    try:
        if there:
            verbs.require_unchanged(baseline=row, profile=profile, version=seen, rule_id=rule.id)
        verbs.put_rule(
            baseline=row, profile=profile, rule=rule, note=note, by=user, now=timezone.now()
        )
    except verbs.OutdatedError as error:
        _, now = get_own_or_404(profile.key)
        other = now.rule(rule.id)
        saved_now = rule_initial(other) if other else {}
        conflict = conflict_of(form, error, saved_now, href=request.path)
        return _page(request, form, now, rule=there, conflict=conflict)
    except verbs.OwnBaselineError as error:
        form.add_error(None, f"{error}.")
        return _page(request, form, profile, rule=there)
    messages.success(request, f"The rule {rule.title} is kept.")
    return redirect("report_baseline", profile.key)


def _from_query(request: HttpRequest) -> tuple[dict[str, Any], list[str]]:
    """What a saved query gives for a rule, and which of its filters no rule can have."""
    text = request.GET.get("query", "")
    user: Any = request.user
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    query = saved.get(number, user=user) if number else None
    if query is None:
        return {"severity": "fails", "confidence": "inferred"}, []
    initial, left = query_initial(dict(saved.as_address(query.params).lists()))
    return initial | {"title": query.name, "reason": query.description}, left


def _page(
    request: HttpRequest,
    form: RuleForm,
    profile: Profile,
    *,
    rule: Rule | None = None,
    left: list[str] | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    user: Any = request.user
    scope = read_scope(request, also=("query",))
    context = {
        "form": form,
        "profile": profile,
        "rule": rule,
        "left": left or [],
        "conflict": conflict,
        "queries": list(saved.visible_to(user)[:100]),
        "chosen_query": request.GET.get("query", ""),
        "tabs": tabs(request, scope, BASELINES),
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "analyzer/baseline_rule.html", context, status=status)
