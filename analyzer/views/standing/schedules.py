"""Scheduled exports: the list, a new one, a change of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from analyzer.exports.scheduled import content
from analyzer.forms.standing.schedules import ScheduleForm, schedule_initial
from analyzer.models import ExportSchedule
from analyzer.queries import saved, settings
from analyzer.queries.standing import orders as reads
from analyzer.standing import schedules as verbs
from analyzer.standing.errors import StandingError
from analyzer.tables.standing.orders import SCHEDULES
from analyzer.views.queries.listing import VIEW
from analyzer.views.report.scope import known_sort
from analyzer.views.sheet import Empty, asked_page, cut_short, make_sheet
from analyzer.views.standing.found import choosable, get_own_or_404, number, tell
from analyzer.views.standing.schedule import MAKE
from analyzer.views.standing.watches import list_row
from web import htmx
from web.gate import gate, require
from web.revisions import ChangedMeanwhileError, Conflict, conflict_of

EXPORT: Final = "analyzer.export"
NO_SCHEDULE: Final = Empty(
    icon="calendar",
    title="No export runs by itself yet",
    why="A scheduled export writes the rows of a saved query to a directory of the server, after"
    " each import or by the clock.",
    todo="New scheduled export",
)


@gate(VIEW)
@require_safe
def schedules(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    sort = known_sort(request, SCHEDULES)
    page, status = asked_page(
        request, lambda after: reads.schedules(user=user, sort=sort, after=after)
    )
    may = user.has_perm(MAKE) and user.has_perm(EXPORT)
    empty = replace(NO_SCHEDULE, href=reverse("schedule_new")) if may else NO_SCHEDULE
    sheet = make_sheet(
        request,
        table=SCHEDULES,
        page=replace(page, rows=[_row(list_row(row)) for row in page.rows]),
        empty=cut_short(request, page) if page.cut else empty,
        sort=sort,
        link=lambda row: reverse("schedule", args=[row["id"]]),
    )
    context = {"sheet": sheet, "part": "schedules"}
    return htmx.render_part(
        request,
        "analyzer/standing/schedules.html",
        "analyzer/standing/_sheet.html",
        context,
        status=status,
    )


@gate(MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An export of a query; the query may stand in the address."""
    require(request, EXPORT)
    queries = choosable(request)
    chosen = next((one for one in queries if one.pk == number(request, "query")), None)
    initial = {"query": chosen.pk, "name": chosen.name} if chosen else {}
    form = _form(request, initial=initial, queries=queries)
    if form.is_bound and form.is_valid():
        user: Any = request.user
        query = saved.get(form.cleaned_data["query"], user=user)
        try:
            if query is None:
                raise StandingError("there is no such query")
            made = verbs.make(query=query, draft=form.draft(), by=user, now=timezone.now())
        except StandingError as error:
            form.add_error(None, f"{error}.")
        else:
            tell(request, f"The scheduled export {made.name} is made; its first file is due.")
            return redirect("schedule", made.pk)
    return _page(request, form, None)


@gate(MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    schedule = get_own_or_404(request, ExportSchedule, pk)
    require(request, EXPORT)
    form = _form(request, initial=schedule_initial(schedule), queries=None)
    if form.is_bound and form.is_valid():
        user: Any = request.user
        try:
            seen = form.cleaned_data["revision"]
            verbs.change(
                schedule=schedule, draft=form.draft(), by=user, now=timezone.now(), revision=seen
            )
        except ChangedMeanwhileError as error:
            conflict = conflict_of(form, error, schedule_initial(schedule), href=request.path)
            return _page(request, form, schedule, conflict=conflict)
        except StandingError as error:
            form.add_error(None, f"{error}.")
        else:
            tell(request, f"The scheduled export {schedule.name} is saved.")
            return redirect("schedule", schedule.pk)
    return _page(request, form, schedule)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "format": content.FORMATS.get(row["format"], row["format"])}


def _form(request: HttpRequest, **more: Any) -> ScheduleForm:
    data = request.POST if request.method == "POST" else None
    return ScheduleForm(
        data,
        zones=settings.time_zones(),
        formats=content.FORMATS,
        options=content.OPTIONS,
        **more,
    )


def _page(
    request: HttpRequest,
    form: ScheduleForm,
    schedule: ExportSchedule | None,
    *,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "schedule": schedule,
        "zones": form.zones,
        "conflict": conflict,
        "roots": django_settings.EXPORT_ROOTS,
    }
    return render(
        request,
        "analyzer/standing/schedule_form.html",
        context,
        status=409 if conflict else 422 if form.errors else 200,
    )
