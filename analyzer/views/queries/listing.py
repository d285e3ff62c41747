"""Manage Queries: all that a person may run, with what may be done with each; run and delete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from analyzer import saved as verbs
from analyzer.forms.queries import QueryFileForm
from analyzer.queries import saved as reads
from analyzer.queries.standing.access import of_query
from analyzer.tables.queries import QUERIES
from analyzer.views.queries.found import get_own_query_or_404, get_query_or_404
from analyzer.views.report.rules import AUTHOR
from analyzer.views.report.scope import known_sort
from analyzer.views.sheet import Action, Empty, Row, asked_page, cut_short, make_sheet
from web import htmx
from web.gate import gate

VIEW, SAVE, EXPORT = "analyzer.view_report", "analyzer.save_query", "analyzer.export"
NO_QUERY = Empty(
    icon="list-search",
    title="No query has been saved yet",
    why="A saved query keeps its filters under a name. Here stand your own queries and those that"
    " others share; one click runs each of them.",
    todo="New query",
)


@gate(VIEW)
@require_safe
def queries(request: HttpRequest) -> HttpResponse:
    return show_queries(request, form=QueryFileForm())


@gate(VIEW)
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the report; that somebody looked is remembered, and changes nothing else."""
    query = get_query_or_404(request, pk)
    if request.method == "GET":
        verbs.note_run(query=query, now=timezone.now())
    asked = reads.as_address(query.params).urlencode()
    path = reverse(f"report_{query.tab}")
    return redirect(f"{path}?{asked}" if asked else path)


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    query = get_own_query_or_404(request, pk)
    if request.method == "POST":
        user: Any = request.user
        verbs.delete(query=query, by=user, now=timezone.now())
        messages.success(request, f"The query {query.name} is deleted.")
        return redirect("queries")
    filters, _ = reads.filters_of(query.params)
    context = {
        "query": query,
        "sentence": reads.sentence_of(filters, tab=query.tab),
        "goes": of_query(query.pk),
    }
    return render(request, "analyzer/query_delete.html", context)


def show_queries(
    request: HttpRequest, *, form: QueryFileForm, status: int = 200, reasons: tuple[str, ...] = ()
) -> HttpResponse:
    """The list and the form for a file; `reasons` are what is wrong with a file."""
    user: Any = request.user
    sort = known_sort(request, QUERIES)
    page, answered = asked_page(
        request, lambda after: reads.page(user=user, sort=sort, after=after)
    )
    sheet = make_sheet(
        request,
        table=QUERIES,
        page=replace(page, rows=[_row(request, row) for row in page.rows]),
        empty=cut_short(request, page) if page.cut else replace(NO_QUERY, href=reverse("query")),
        sort=sort,
        link=lambda row: reverse("query_run", args=[row["id"]]),
    )
    context = {"sheet": sheet, "form": form, "reasons": reasons}
    return htmx.render_part(
        request,
        "analyzer/queries.html",
        "analyzer/_queries.html",
        context,
        status=max(status, answered),
    )


def _row(request: HttpRequest, row: Row) -> dict[str, Any]:
    params = reads.stored(row["params"])
    filters, errors = reads.filters_of(params)
    return {
        **row,
        "sentence": reads.sentence_of(filters, tab=row["tab"]),
        "refused": "; ".join(errors.values()),
        **{name: _minute(row[name]) for name in ("changed_at", "last_run_at")},
        "actions": list(_actions(request, row)),
    }


def _minute(time: datetime | None) -> str:
    """Seconds tell nobody anything here."""
    return f"{time:%Y-%m-%d %H:%M}" if time else ""


def _rows_of(row: Row) -> str:
    """Where all rows of a query come as a file, with every column."""
    asked = reads.as_address(reads.stored(row["params"]))
    asked["format"], asked["columns"] = "csv", "all"
    path = reverse(f"report_{row['tab']}")
    return f"{path}?{asked.urlencode()}"


def _actions(request: HttpRequest, row: Row) -> Iterator[Action]:
    user: Any = request.user
    pk, name = row["id"], row["name"]
    yield Action("Run", reverse("query_run", args=[pk]), f"Run {name}")
    own = reads.may_change(row["owner_id"], user=user)
    if own:
        yield Action("Edit", reverse("query_edit", args=[pk]), f"Edit {name}")
    if user.has_perm(SAVE):
        yield Action("Copy", f"{reverse('query')}?copy={pk}", f"Copy {name}")
        yield Action("Watch", f"{reverse('watch_new')}?query={pk}", f"Watch {name}")
    if user.has_perm(EXPORT):
        yield Action("Export", reverse("query_export", args=[pk]), f"Export {name}", saves=True)
        yield Action("CSV", _rows_of(row), f"CSV of the rows of {name}", saves=True)
        yield Action("Audit pack", f"{reverse('pack_new')}?query={pk}", f"Audit pack of {name}")
    if user.has_perm(AUTHOR):
        proposal = reverse("policy_propose", args=[pk])
        yield Action("Propose", proposal, f"Propose a rule set from {name}")
    if own:
        yield Action("Delete", reverse("query_delete", args=[pk]), f"Delete {name}")
