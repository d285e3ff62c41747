"""The search box: opens what a text names, or offers what it may be."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analyzer.models import Server
from analyzer.queries import search as reads
from analyzer.views.report.scope import TABS
from web import finding
from web.finding import Choice
from web.gate import gate
from web.manual import topics
from web.templatetags.figures import thin

_NOUNS = {
    Server.Role.SERVER: ("server", "servers"),
    Server.Role.CLIENT: ("foreign server", "foreign servers"),
    Server.Role.PEER: ("EE peer", "EE peers"),
}
_CERTIFICATE = ("certificate", "certificates")


@gate("analyzer.view_report")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())
    context: dict[str, object] = {"searched": text}
    if len(text) > reads.LONGEST:
        context |= {"searched": "", "too_long": reads.LONGEST}
    elif text:
        choices = _choices(request, text)
        if len(choices) == 1:
            return HttpResponseRedirect(choices[0].href)
        context |= {"choices": choices, "topics": topics.find(text)}
    return render(request, "analyzer/search.html", context)


def _choices(request: HttpRequest, text: str) -> list[Choice]:
    session = reads.session_of(text)
    if session is not None:
        href = f"{reverse('report_session', args=[session])}?days=all"
        return [Choice("security session", text, href)]
    queries = (
        Choice("saved query", query.name, reverse("query_run", args=[query.pk]))
        for query in reads.queries_named(text, user=request.user)
    )
    hits = (_choice(hit, text) for hit in reads.hits(text))
    return [*hits, *queries, *finding.find(text, request.user)]


def _choice(hit: reads.Hit, text: str) -> Choice:
    """The page of the only one, else the list of them, on all days."""
    days = {"days": "all"}
    if hit.key in reads.CERTIFICATES:
        one, many = _CERTIFICATE
        path = _page("report_certificate", hit.pk) or reverse("report_certificates")
    else:
        one, many = _NOUNS[Server.Role(hit.role)]
        tab = next(name for role, name, _ in TABS if role == hit.role)
        path = _page("report_server", hit.pk) or reverse(tab)
    narrows = hit.pk is None or hit.key not in {"serial", "dn"}
    query = urlencode({hit.key: text, **days} if narrows else days)
    number = "not counted" if hit.number is None else f"{thin(hit.number)} "
    noun = "" if hit.number is None else one if hit.number == 1 else many
    return Choice(hit.words, f"{number}{noun}", f"{path}?{query}")


def _page(name: str, pk: int | None) -> str:
    return "" if pk is None else reverse(name, args=[pk])
