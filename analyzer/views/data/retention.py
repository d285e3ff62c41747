"""Retention in two steps: what the typed rules would take is shown, then they are saved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from analyzer.forms.data import RetentionForm
from analyzer.pruning import submit
from analyzer.pruning.errors import RulesChangedError
from analyzer.queries.data import prunes, retention
from analyzer.queries.data.retention import Rules
from analyzer.views.data.prunes import ADMINISTER, systems_known, total_of
from web.gate import gate
from web.revisions import differences


@gate(ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    saved = retention.saved()
    if request.method != "POST":
        form = RetentionForm(systems=systems_known(), initial=_initial(saved))
        return _as_saved(request, form, saved)
    form = RetentionForm(request.POST, systems=systems_known())
    if not form.is_valid():
        return _as_saved(request, form, saved, status=422)
    typed = form.typed()
    if typed == saved:
        messages.info(request, "These rules hold already; nothing was changed.")
        return redirect("data_retention")
    rows = prunes.going(retention.parts(typed, today=timezone.now().date()))
    seen = request.POST.get("seen", "")
    if seen != _mark(saved, typed, rows):
        return _proposed(request, form, saved, rows, stale=bool(seen))
    try:
        submit.set_retention(
            default=typed.default,
            systems=typed.systems,
            by=request.user,
            now=timezone.now(),
            over=saved,
        )
    except RulesChangedError:
        return _proposed(request, form, retention.saved(), rows, stale=True)
    messages.success(request, "Retention is set; the next removal comes within an hour.")
    return redirect("data_retention")


def _as_saved(
    request: HttpRequest, form: RetentionForm, saved: Rules, *, status: int = 200
) -> HttpResponse:
    """The form beside what goes next under the rules that hold."""
    today = timezone.now().date()
    rows = prunes.going(retention.parts(saved, today=today))
    context = {
        "form": form,
        "rows": rows,
        "total": total_of(rows),
        "is_set": any(saved.days().values()),
    }
    return render(request, "analyzer/retention.html", context, status=status)


def _proposed(
    request: HttpRequest,
    form: RetentionForm,
    saved: Rules,
    rows: list[prunes.Going],
    *,
    stale: bool,
) -> HttpResponse:
    """What the typed rules would take, to be confirmed; `stale`: it is other than was shown."""
    typed = form.typed()
    meant = RetentionForm(systems=systems_known(), initial=_initial(typed))
    context = {
        "form": form,
        "rows": rows,
        "total": total_of(rows),
        "proposed": True,
        "stale": stale,
        "changes": differences(meant, _initial(saved)),
        "is_set": any(typed.days().values()),
        "seen": _mark(saved, typed, rows),
        "given": [(name, request.POST[name]) for name in form.fields if request.POST.get(name)],
    }
    return render(request, "analyzer/retention.html", context, status=409 if stale else 200)


def _mark(saved: Rules, typed: Rules, rows: Sequence[prunes.Going]) -> str:
    """What a person has seen: rules, what replaces them, and what goes; sizes are estimates."""
    shown = [astuple(row)[:-1] for row in rows]
    both = [[rules.default, sorted(rules.systems.items())] for rules in (saved, typed)]
    return hashlib.sha256(json.dumps([both, shown], default=str).encode()).hexdigest()


def _initial(rules: Rules) -> dict[str, object]:
    """The form as rules stand."""
    found: dict[str, object] = {f"rule-{pk}": "" for pk, _ in systems_known()}
    found["default"] = rules.default
    for pk, days in rules.systems.items():
        found |= {f"rule-{pk}": "days" if days else "ever", f"days-{pk}": days}
    return found
