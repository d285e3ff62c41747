"""All baselines with their score, its days, and how many rules are broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from analyzer.baselines.profile import Profile
from analyzer.forms.baselines import ProfileFileForm
from analyzer.queries.baselines.amounts import Tally, percent
from analyzer.queries.baselines.days import MOST_DAYS, Series, read_days
from analyzer.queries.profiles.known import known
from analyzer.views.baselines.found import VIEW, Shown, shown
from analyzer.views.baselines.words import (
    ASTERISK,
    covers_words,
    score_words,
    version_words,
)
from analyzer.views.report.empties import no_rows
from analyzer.views.report.scope import BASELINES, Scope, read_scope, tabs
from web.budget import OutOfTimeError, read_budget
from web.gate import gate
from web.paging import Page

WIDTH, HEIGHT = 120, 18
_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One profile. `spark` are points of its score by day, `trend` says the same in words."""

    profile: Profile
    href: str
    covers: str
    kind: str
    score: str
    not_judged: str
    fails: int
    advises: int
    spark: str
    trend: str


@gate(VIEW)
@require_safe
def baselines(request: HttpRequest) -> HttpResponse:
    return show_baselines(request, form=ProfileFileForm())


def show_baselines(
    request: HttpRequest,
    *,
    form: ProfileFileForm,
    status: int = 200,
    reasons: Sequence[str] = (),
) -> HttpResponse:
    """The list and the form for a file; `reasons` are what is wrong with a file."""
    scope = read_scope(request)
    asked = shown(request, scope, reverse("report_baselines"))
    series, cut = _read(asked)
    profiles = list(known().values())
    lines = [_line(scope, request, one, series[one.key]) for one in profiles if one.key in series]
    covered = any(series[one.profile.key].days for one in lines)
    context = {
        "scope": scope,
        "tabs": tabs(request, scope, BASELINES),
        "views": asked.switches,
        "sentence": f"{asked.filters.sentence('Sessions')}, judged by each baseline.",
        "lines": lines if covered else [],
        "left_out": asked.left_out,
        "note": ASTERISK,
        "form": form,
        "reasons": reasons,
        "width": WIDTH,
        "height": HEIGHT,
        "now": timezone.now(),
    }
    if not covered:
        context |= {"empty": no_rows(request, scope, Page(cut=cut)), "profiles": profiles}
    return render(request, "analyzer/baselines.html", context, status=max(status, scope.status))


def _read(asked: Shown) -> tuple[Mapping[str, Series], str]:
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            return read_days(asked.filters, list(known().values()), asked.fixed), ""
    except OutOfTimeError:
        return {}, f"Reading took longer than {limit_s:g} s: ask for fewer days."


def _line(scope: Scope, request: HttpRequest, profile: Profile, series: Series) -> Line:
    path = reverse("report_baseline", args=[profile.key])
    show = request.GET.get("show", "")
    broken = [rule for rule in profile.judged if rule.id in series.broken]
    total = series.total
    return Line(
        profile,
        scope.beside(path, show=show) if show else scope.beside(path),
        covers_words(profile),
        version_words(profile),
        score_words(total.score),
        score_words(percent(total.of("not-judged").connections, total.connections)),
        sum(rule.severity == "fails" for rule in broken),
        sum(rule.severity == "advises" for rule in broken),
        *_spark(series.days),
    )


def _spark(days: Sequence[tuple[date, Tally]]) -> tuple[str, str]:
    """Points of a line from left to right, the top being 100 %, and its ends in words."""
    known_days = [(day, tally.score) for day, tally in days[-MOST_DAYS:] if tally.score is not None]
    if not known_days:
        return "", "no day that it covers"
    (first, before), (last, after) = known_days[0], known_days[-1]
    if first == last:
        return "", f"{score_words(after)} on {last}, the only day"
    step = Decimal(WIDTH - 2) / (len(known_days) - 1)
    points = [
        f"{1 + number * step:.1f},{1 + (HEIGHT - 2) * (1 - score / _FULL):.1f}"
        for number, (_, score) in enumerate(known_days)
    ]
    return " ".join(
        points
    ), f"from {score_words(before)} on {first} to {score_words(after)} on {last}"
