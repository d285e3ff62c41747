"""The page after sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from analyzer.models import Server
from analyzer.queries.overview.facts import Facts, read_facts
from analyzer.views.overview import certificates, coverage, failures, news, topology, weak
from analyzer.views.overview import unprotected as without
from analyzer.views.overview.card import Shown, share
from analyzer.views.overview.figures import figures
from analyzer.views.overview.links import Links
from analyzer.views.report.empties import no_rows
from analyzer.views.report.scope import TABS, Scope, read_scope
from analyzer.views.report.traffic import TITLES
from web.gate import gate
from web.paging import Page

_SHOW: Final = {name.removeprefix("report_"): str(role) for role, name, _ in TABS}


@dataclass(frozen=True, slots=True)
class RoleTab:
    """One role of z/OS; `note` says how much of it is unprotected."""

    word: str
    note: str
    href: str
    here: bool


@gate("analyzer.view_report")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    scope, role = read_scope(request), _role(request)
    today = timezone.now().astimezone(UTC).date()
    facts = read_facts(scope.filters, role=role, today=today)
    shown = Shown(facts, Links(scope.filters, role))
    context = {
        "scope": scope,
        "tabs": _tabs(scope, facts, role),
        "sentence": f"{scope.filters.sentence(TITLES[Server.Role(role)][1])}.",
        "new_unprotected_href": shown.links.new_unprotected(),
        "baselines_href": scope.beside(reverse("report_baselines")),
        "coverage": coverage.card(facts.coverage, shown.links),
    }
    if shown.sessions:
        context |= {
            "figures": figures(shown, today),
            "cards": [
                *without.cards(shown),
                *weak.cards(shown),
                weak.quantum(shown),
                *failures.cards(shown),
                certificates.card(shown, today),
                *news.cards(shown),
            ],
            "topology": topology.card(shown, request),
        }
    else:
        context["empty"] = no_rows(request, scope, Page(cut=facts.cut))
    return render(request, "analyzer/overview.html", context, status=scope.status)


def _role(request: HttpRequest) -> str:
    """The role asked for; servers on z/OS unless another one is."""
    return _SHOW.get(request.GET.get("show", ""), str(TABS[0][0]))


def _tabs(scope: Scope, facts: Facts, role: str) -> list[RoleTab]:
    known = {one.keys[0]: one for one in facts.of("roles")}
    found = []
    for show, own in _SHOW.items():
        words = next(words for tab_role, _, words in TABS if tab_role == own)
        note = ""
        if own in known:
            part = share(known[own].unprotected, known[own].connections)
            note = f"{part} unprotected*"
        href = scope.beside(reverse("home"), show=show)
        found.append(RoleTab(words, note, href, here=own == role))
    return found
