"""The list of runs, starting one, seeing how far it is and what it found."""

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
from enforcement.forms.start import CHOSEN, StartForm
from enforcement.models import Run
from enforcement.queries import listing, tables
from enforcement.runs import starting, work
from enforcement.runs.claims import handling
from enforcement.runs.errors import RunError
from web import htmx
from web.budget import OutOfTimeError, read_budget
from web.gate import gate
from web.paging import PageKeyError

VIEW: Final = "designer.view_policy"
AUTHOR: Final = "designer.author_policy"
SHOWN: Final = 10
GROUPINGS: Final = ("follow-up-jobs", "follow-up-protections")
"""Other groupings of one table, which have a page of their own alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The first rows of a table, and how many there are."""

    table: tables.Table
    rows: list[dict[str, Any]]
    total: int


@gate(VIEW)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    try:
        page = listing.runs(Run, request.GET.get("after"))
    except PageKeyError:
        return redirect("enforcement_runs")
    live = any(one.is_live for one in page.rows)
    context = {"page": page, "live": live}
    return htmx.render_part(request, "enforcement/runs.html", "enforcement/_runs.html", context)


@gate(AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start a run; `version` in the address chooses one beforehand."""
    known, stacks = rulesets.versions(), rulesets.stacks()
    if request.method != "POST":
        usual = {"mode": work.mode_of(rulesets.matching())}
        form = StartForm(known, stacks, initial=usual | _beforehand(request, known))
        return render(request, "enforcement/new.html", {"form": form})
    form, user = StartForm(known, stacks, request.POST), _user(request)
    if form.is_valid():
        try:
            run = starting.start(wanted=form.wanted(), by=user, now=timezone.now())
        except RunError as error:
            field = "stacks" if error.field == "stacks" else "what"
            form.add_error(field, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            return redirect("enforcement_run", run.pk)
    return render(request, "enforcement/new.html", {"form": form}, status=422)


@gate(VIEW)
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_run_or_404(pk)
    context: dict[str, object] = {
        "run": found,
        "percent": found.steps_done * 100 // max(found.steps_total, 1),
        "versions": versions_said(found.parts),
    }
    if found.state == Run.State.COMPLETE and not found.is_going:
        context |= {
            "groupings": [tables.TABLES[name] for name in GROUPINGS],
            **_read(found),
            "reset_hours": _hours(found),
            "reset_days": sorted(found.reset_days.items()),
            "reset_connections": sum(found.reset_days.values()),
        }
    return htmx.render_part(request, "enforcement/run.html", "enforcement/_run.html", context)


@gate(AUTHOR)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_run_or_404(pk)
    if not handling.cancel(run=found, by=_user(request), now=timezone.now()):
        messages.warning(request, "The run had ended before it could be canceled.")
    return redirect("enforcement_run", pk)


@gate(AUTHOR)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_run_or_404(pk)
    try:
        handling.delete(run=found, by=_user(request), now=timezone.now())
    except RunError as error:
        messages.error(request, f"{str(error).capitalize()}.")
        return redirect("enforcement_run", pk)
    messages.success(request, f"The run {found.title} is being deleted.")
    return redirect("enforcement_runs")


def get_run_or_404(pk: int) -> Run:
    found = listing.run(Run, pk)
    if found is None:
        raise Http404("there is no such run")
    return found


def get_whole_run_or_404(pk: int) -> Run:
    """Return a run whose rows are all there: one that is being deleted loses them."""
    found = get_run_or_404(pk)
    if found.is_going:
        raise Http404("the run is being deleted")
    return found


def _tables_of(run: Run) -> list[tables.Table]:
    apart = {"changes", "verdicts", *GROUPINGS}
    named = [one for one in tables.TABLES.values() if one.name not in apart]
    return [tables.TABLES["changes"], *named] if run.compares else named


def _read(run: Run) -> dict[str, object]:
    """The first rows of all tables, or why there are none and the way to each."""
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    until, shown = time.monotonic() + limit_s, []
    try:
        with read_budget(limit_s):
            for one in _tables_of(run):
                if time.monotonic() > until:
                    raise OutOfTimeError(limit_s)
                shown.append(_shown(run, one))
            return {"shown": shown}
    except OutOfTimeError as error:
        return {"why": f"Reading its tables was {error}.", "apart": _tables_of(run)}


def _shown(run: Run, table: tables.Table) -> Shown:
    return Shown(table, *tables.top(run.pk, table, limit=SHOWN))


def _hours(run: Run) -> dict[str, Any]:
    """Connections by hour with the days that they are of; empty where they were not read."""
    told = run.reset_hours
    if not told:
        return {}
    return {**told, "rows": [(f"{at:02}:00", n) for at, n in enumerate(told["connections"])]}


def versions_said(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was held against history: each policy with its stacks and versions."""
    return [
        {
            "stacks": [" ".join(filter(None, one)) for one in part["stacks"]],
            "digest": part["digest"],
            "versions": part["versions"],
            "against": part.get("other", {}).get("versions", []),
        }
        for part in parts
    ]


def _beforehand(request: HttpRequest, known: list[Any]) -> dict[str, str]:
    asked = request.GET.get("version", "")
    version = next((one for one in known if str(one.pk) == asked), None)
    if version is None:
        return {}
    return {"what": CHOSEN, f"version_{version.rule_set.protocol}": str(version.pk)}


def _user(request: HttpRequest) -> Any:
    return request.user  # the gate lets no stranger in
