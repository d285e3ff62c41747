"""The list of exact runs, starting one, seeing how far it is and what it found."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from designer import rulesets
from enforcement.engine.choices import settings_tree
from enforcement.engine.settings import DEFAULTS
from enforcement.forms.histories import LABELS, PREFIX, HistoryForm
from enforcement.histories import starting
from enforcement.histories.claims import handling
from enforcement.histories.facts import lines_of
from enforcement.models import HistoryRun
from enforcement.queries import listing
from enforcement.queries.histories import reading
from enforcement.queries.histories.columns import Table
from enforcement.queries.histories.files import FILES
from enforcement.queries.histories.tables import TABLES
from enforcement.runs.errors import RunError
from enforcement.runs.work import mode_of
from enforcement.views.histories.rows import Row, rows_of
from enforcement.views.runs import AUTHOR, VIEW, versions_said
from web import htmx
from web.budget import OutOfTimeError, read_budget
from web.gate import gate
from web.paging import PageKeyError

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """The first rows of a table; `more` when there are others."""

    table: Table
    rows: list[Row]
    more: bool


@gate(VIEW)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    try:
        page = listing.runs(HistoryRun, request.GET.get("after"))
    except PageKeyError:
        return redirect("history_runs")
    live = any(one.is_live for one in page.rows)
    context = {"page": page, "live": live}
    whole, part = "enforcement/histories/runs.html", "enforcement/histories/_runs.html"
    return htmx.render_part(request, whole, part, context)


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start a run."""
    known, stacks = rulesets.versions(), rulesets.stacks()
    page = "enforcement/histories/new.html"
    if request.method != "POST":
        usual = {"mode": mode_of(rulesets.matching())}
        return render(request, page, {"form": HistoryForm(known, stacks, initial=usual)})
    form, user = HistoryForm(known, stacks, request.POST), _user(request)
    if form.is_valid():
        try:
            run = starting.start(
                wanted=form.wanted(), choices=form.choices(), by=user, now=timezone.now()
            )
        except RunError as error:
            field = error.field if error.field in form.fields else "what"
            form.add_error(field, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            return redirect("history_run", run.pk)
    changed = any(name.startswith(PREFIX) for name in form.errors)
    return render(request, page, {"form": form, "settings_open": changed}, status=422)


@gate(VIEW)
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_run_or_404(pk)
    context: dict[str, object] = {
        "run": found,
        "versions": versions_said(found.parts),
        "choices": chosen(found),
        "facts": lines_of(found.parts),
        "files": FILES.values(),
    }
    if not found.is_live and found.totals:
        context |= _read(found)
    whole, part = "enforcement/histories/run.html", "enforcement/histories/_run.html"
    return htmx.render_part(request, whole, part, context)


@gate(AUTHOR)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_run_or_404(pk)
    if not handling.cancel(run=found, by=_user(request), now=timezone.now()):
        messages.warning(request, "The run had ended before it could be canceled.")
    return redirect("history_run", pk)


@gate(AUTHOR)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_run_or_404(pk)
    try:
        handling.delete(run=found, by=_user(request), now=timezone.now())
    except RunError as error:
        messages.error(request, f"{str(error).capitalize()}.")
        return redirect("history_run", pk)
    messages.success(request, f"The run {found.title} is being deleted.")
    return redirect("history_runs")


def get_run_or_404(pk: int) -> HistoryRun:
    found = listing.run(HistoryRun, pk)
    if found is None:
        raise Http404("there is no such run")
    return found


def get_whole_run_or_404(pk: int) -> HistoryRun:
    """Return a run whose rows are all there: one that is being deleted loses them."""
    found = get_run_or_404(pk)
    if found.is_going:
        raise Http404("the run is being deleted")
    return found


def tables_of(run: HistoryRun) -> list[Table]:
    """The tables that a run has."""
    return [one for one in TABLES.values() if run.compares or not one.compares]


def chosen(run: HistoryRun) -> list[tuple[str, str, str, bool]]:
    """Each setting in words with its name and value, and whether it is that of docs/fidelity.md."""
    usual = settings_tree(DEFAULTS)
    names = [name for name in usual if name in run.choices]
    return [
        (LABELS[name], name, run.choices[name], run.choices[name] == usual[name]) for name in names
    ]


def _read(run: HistoryRun) -> dict[str, object]:
    """The first rows of all tables, or why there are none and the way to each."""
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    until, shown = time.monotonic() + limit_s, []
    try:
        with read_budget(limit_s):
            for one in (one for one in tables_of(run) if not one.apart):
                if time.monotonic() > until:
                    raise OutOfTimeError(limit_s)
                shown.append(_shown(run, one))
            return {"shown": shown, "groupings": [one for one in tables_of(run) if one.apart]}
    except OutOfTimeError as error:
        return {"why": f"Reading its tables was {error}.", "apart": tables_of(run)}


def _shown(run: HistoryRun, table: Table) -> Shown:
    found = reading.page(run.pk, table, after=None, limit=SHOWN)
    return Shown(table, rows_of(run, table, found.rows), bool(found.next))


def _user(request: HttpRequest) -> Any:
    return request.user  # the gate lets no stranger in
