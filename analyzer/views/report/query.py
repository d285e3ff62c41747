"""New query: all filters on one page; running it opens the report under them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analyzer.forms.filters import FilterForm
from analyzer.queries import choices
from analyzer.queries.filters import Filters
from analyzer.views.report.scope import TABS
from web.gate import gate

_SECURITY = frozenset({"Protection", "Strength"})


@gate("analyzer.view_report")
@require_safe
def query(request: HttpRequest) -> HttpResponse:
    _, errors = Filters.from_params(request.GET)
    groups = FilterForm(request.GET, errors).groups(
        stacks=choices.stacks(), versions=choices.versions()
    )
    context = {
        "scope_groups": [group for group in groups if group.title not in _SECURITY],
        "security_groups": [group for group in groups if group.title in _SECURITY],
        "runs": [{"href": reverse(name), "word": f"Run: {word}"} for _, name, word in TABS],
    }
    return render(request, "analyzer/query.html", context)
