"""All audit packs, and ordering one."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from analyzer.models import SavedQuery
from analyzer.packs import orders
from analyzer.queries import saved
from analyzer.queries.data.imports import coverage
from analyzer.queries.filters import Filters
from analyzer.queries.packs import listing as reads
from analyzer.queries.packs.fixed import fixed
from analyzer.tables.packs import PACKS
from analyzer.views.queries.found import get_query_or_404
from analyzer.views.report.scope import known_sort
from analyzer.views.sheet import Empty, asked_page, cut_short, make_sheet
from web import htmx
from web.gate import gate

EXPORT: Final = "analyzer.export"
QUERY: Final = "query"
UNFINISHED: Final = frozenset({"pending", "active"})
NO_PACK: Final = Empty(
    icon="file-text",
    title="No audit pack has been made yet",
    why="A pack is a zip for an auditor: the rows of a query, the query in words, the days with"
    " data, the digests of the dumps. Order one from the report or beside a saved query.",
    href="/report/servers/",
    todo="Open the report",
)


@gate(EXPORT)
@require_safe
def packs(request: HttpRequest) -> HttpResponse:
    sort = known_sort(request, PACKS)
    page, status = asked_page(request, lambda after: reads.page(sort=sort, after=after))
    sheet = make_sheet(
        request,
        table=PACKS,
        page=page,
        empty=cut_short(request, page) if page.cut else NO_PACK,
        sort=sort,
        link=lambda row: reverse("pack", args=[row["id"]]),
    )
    context = {"sheet": sheet, "live": any(row["state"] in UNFINISHED for row in page.rows)}
    return htmx.render_part(
        request, "analyzer/packs.html", "analyzer/_packs.html", context, status=status
    )


@gate(EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def pack_new(request: HttpRequest) -> HttpResponse:
    """Say what would be inside, and order it; the address holds the filters or names a query."""
    title, filters, errors = _asked(request)
    now = timezone.now()
    settled = fixed(filters, as_of=now)
    if request.method == "POST" and not errors:
        user: Any = request.user
        wanted = orders.Wanted(title, filters, settled)
        made = orders.order(wanted=wanted, by=user, now=now)
        return redirect("pack", made.pk)
    context = {
        "title": title,
        "errors": list(errors.items()),
        "sentence": settled.sentence("Traffic"),
        "asked": filters.sentence("Traffic"),
        "coverage": "" if errors else coverage(settled).words,
    }
    return render(request, "analyzer/pack_new.html", context, status=422 if errors else 200)


def _asked(request: HttpRequest) -> tuple[str, Filters, dict[str, str]]:
    named = request.GET.get(QUERY, "")
    if named:
        query = _get_query(request, named)
        filters, errors = saved.filters_of(query.params)
        return query.name, filters, errors
    filters, errors = Filters.from_params(request.GET)
    return "Report", filters, errors


def _get_query(request: HttpRequest, named: str) -> SavedQuery:
    is_number = named.isascii() and named.isdigit() and len(named) < 19
    return get_query_or_404(request, int(named) if is_number else 0)
