"""Watches: the list, a new one, a change of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from analyzer.forms.standing.watches import WatchForm, watch_initial
from analyzer.models import Watch
from analyzer.queries import saved, settings
from analyzer.queries.standing import orders as reads
from analyzer.standing import watches as verbs
from analyzer.standing.clock import When
from analyzer.standing.errors import StandingError
from analyzer.standing.sending.webhook import secret_of
from analyzer.tables.standing.orders import WATCHES
from analyzer.views.queries.listing import SAVE, VIEW
from analyzer.views.report.scope import known_sort
from analyzer.views.sheet import Empty, Row, asked_page, cut_short, make_sheet
from analyzer.views.standing.found import choosable, get_own_or_404, number, tell
from analyzer.views.standing.watch import show_watch
from web import htmx
from web.gate import gate
from web.revisions import ChangedMeanwhileError, Conflict, conflict_of

NO_WATCH: Final = Empty(
    icon="bell",
    title="Nothing is watched yet",
    why="A watch runs a saved query after each import or by the clock, and tells by mail or webhook"
    " of rows that it has not seen before.",
    todo="New watch",
)


@gate(VIEW)
@require_safe
def watches(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    sort = known_sort(request, WATCHES)
    page, status = asked_page(
        request, lambda after: reads.watches(user=user, sort=sort, after=after)
    )
    empty = replace(NO_WATCH, href=reverse("watch_new")) if user.has_perm(SAVE) else NO_WATCH
    sheet = make_sheet(
        request,
        table=WATCHES,
        page=replace(page, rows=[list_row(row) for row in page.rows]),
        empty=cut_short(request, page) if page.cut else empty,
        sort=sort,
        link=lambda row: reverse("watch", args=[row["id"]]),
    )
    context = {"sheet": sheet, "part": "watches"}
    return htmx.render_part(
        request,
        "analyzer/standing/watches.html",
        "analyzer/standing/_sheet.html",
        context,
        status=status,
    )


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A watch of a query; the query may stand in the address."""
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
            tell(request, f"The watch {made.name} is made; its first run is due.")
            if made.webhook:
                return show_watch(request, made, secret=secret_of(made))
            return redirect("watch", made.pk)
    return _page(request, form, None)


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    watch = get_own_or_404(request, Watch, pk)
    form = _form(request, initial=watch_initial(watch), queries=None, before=watch)
    if form.is_bound and form.is_valid():
        user: Any = request.user
        had_webhook = bool(watch.webhook)
        try:
            seen = form.cleaned_data["revision"]
            verbs.change(
                watch=watch, draft=form.draft(), by=user, now=timezone.now(), revision=seen
            )
        except ChangedMeanwhileError as error:
            conflict = conflict_of(form, error, watch_initial(watch), href=request.path)
            return _page(request, form, watch, conflict=conflict)
        except StandingError as error:
            form.add_error(None, f"{error}.")
        else:
            tell(request, f"The watch {watch.name} is saved.")
            if watch.webhook and not had_webhook:
                return show_watch(request, watch, secret=secret_of(watch))
            return redirect("watch", watch.pk)
    return _page(request, form, watch)


def list_row(row: Row) -> dict[str, Any]:
    """A row of a list with its trigger in words and its times without seconds."""
    when = When(row["trigger"], row["at"], row["weekday"], row["zone"])
    times = {name: row[name] for name in ("last_run_at", "next_at")}
    return {
        **row,
        "runs": when.words.capitalize(),
        **{name: f"{time:%Y-%m-%d %H:%M}" if time else "" for name, time in times.items()},
    }


def _form(request: HttpRequest, **more: Any) -> WatchForm:
    data = request.POST if request.method == "POST" else None
    return WatchForm(data, zones=settings.time_zones(), **more)


def _page(
    request: HttpRequest, form: WatchForm, watch: Watch | None, *, conflict: Conflict | None = None
) -> HttpResponse:
    context = {"form": form, "watch": watch, "zones": form.zones, "conflict": conflict}
    return render(
        request,
        "analyzer/standing/watch_form.html",
        context,
        status=409 if conflict else 422 if form.errors else 200,
    )
