"""What an address names, or status 404; and under which filters it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest
from django.urls import reverse

from analyzer.baselines.profile import Profile, Rule
from analyzer.models import OwnBaseline
from analyzer.queries.filters import Filters
from analyzer.queries.profiles import known
from analyzer.queries.terms.term import Clause
from analyzer.views.overview.links import Links
from analyzer.views.report.scope import TABS, Scope
from analyzer.views.report.switches import Option, Switch

VIEW, SAVE, EXPORT = "analyzer.view_report", "analyzer.save_query", "analyzer.export"
_SHOW = {name.removeprefix("report_"): (str(role), word) for role, name, word in TABS}


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose sessions are judged: a role of z/OS under the filters of the page.

    The filter `baseline` has no place beside baselines, so `left_out` says when it was given.
    """

    filters: Filters
    links: Links
    fixed: Clause
    switches: Sequence[Switch]
    left_out: bool


def get_profile_or_404(key: str) -> Profile:
    found = known.get(key)
    if found is None:
        raise Http404
    return found


def get_own_or_404(key: str) -> tuple[OwnBaseline, Profile]:
    """A baseline of the site; those that are delivered cannot be changed."""
    row, profile = known.own(key), known.get(key)
    if row is None or profile is None:
        raise Http404
    return row, profile


def get_rule_or_404(profile: Profile, rule_id: str) -> Rule:
    found = profile.rule(rule_id)
    if found is None:
        raise Http404
    return found


def shown(request: HttpRequest, scope: Scope, path: str) -> Shown:
    show = request.GET.get("show", "")
    show = show if show in _SHOW else next(iter(_SHOW))
    role = _SHOW[show][0]
    terms = {key: found for key, found in scope.filters.terms.items() if key != "baseline"}
    filters = replace(scope.filters, terms=terms)
    options = [
        Option(word, scope.beside(path, show=name), name == show)
        for name, (_, word) in _SHOW.items()
    ]
    return Shown(
        filters,
        Links(filters, role),
        Clause("sv.role = %s", (role,)),
        [Switch("Role of z/OS", options)],
        left_out="baseline" in scope.filters.terms,
    )


def profile_href(profile: Profile) -> str:
    return reverse("report_baseline", args=[profile.key])
