"""One scheduled export: its files and failures; and what may be done with it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analyzer.exports.scheduled import content
from analyzer.models import ExportSchedule
from analyzer.queries import saved
from analyzer.queries.standing import orders as reads
from analyzer.standing import owned
from analyzer.standing import schedules as verbs
from analyzer.standing.errors import StandingError
from analyzer.standing.turns import when_of
from analyzer.views.queries.listing import SAVE, VIEW
from analyzer.views.standing.found import get_or_404, get_own_or_404, may_change, number, tell
from web.gate import gate

MAKE: Final = SAVE


@gate(VIEW)
@require_safe
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_or_404(request, ExportSchedule, pk)
    runs, older = reads.export_runs_of(found, before=number(request, "runs_before"))
    filters, errors = saved.filters_of(found.query.params)
    context = {
        "schedule": found,
        "own": may_change(request, found),
        "when": when_of(found).words,
        "format": content.FORMATS.get(found.format, found.format),
        "sentence": saved.sentence_of(filters, tab=found.query.tab),
        "refused": "; ".join(errors.values()),
        "runs": runs,
        "older_runs": older,
    }
    return render(request, "analyzer/standing/schedule.html", context)


@gate(MAKE)
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause it, or let it run again."""
    found = get_own_or_404(request, ExportSchedule, pk)
    user: Any = request.user
    active = not found.active
    owned.switch(ours=found, active=active, by=user, now=timezone.now())
    tell(request, f"The scheduled export {found.name} {'runs again' if active else 'is paused'}.")
    return redirect("schedule", pk)


@gate(MAKE)
@require_POST
def run_now(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own_or_404(request, ExportSchedule, pk)
    user: Any = request.user
    try:
        owned.run_now(ours=found, by=user, now=timezone.now())
    except StandingError as error:
        messages.error(request, f"{error}.")
    else:
        tell(request, "A file is due; a worker takes it up within seconds.")
    return redirect("schedule", pk)


@gate(MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own_or_404(request, ExportSchedule, pk)
    if request.method == "POST":
        user: Any = request.user
        verbs.delete(schedule=found, by=user, now=timezone.now())
        tell(request, f"The scheduled export {found.name} is deleted; its files stay.")
        return redirect("schedules")
    context = {"schedule": found, "when": when_of(found).words}
    return render(request, "analyzer/standing/schedule_delete.html", context)
