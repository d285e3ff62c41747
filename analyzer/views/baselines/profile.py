"""One baseline: its score, day by day, what breaks it, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from analyzer.baselines.profile import Profile, Rule
from analyzer.exports.findings import findings_file, taking_of
from analyzer.exports.formats.registry import Chosen
from analyzer.models import OwnBaseline, Server
from analyzer.queries.baselines.amounts import Amount, Tally, percent
from analyzer.queries.baselines.days import read_days
from analyzer.queries.baselines.findings import Finding, Findings, read_findings
from analyzer.queries.baselines.judged import Verdict
from analyzer.queries.overview import servers
from analyzer.queries.profiles import known
from analyzer.tables.baselines import CONFIDENCES
from analyzer.tables.columns import ALL
from analyzer.views.baselines.cards import days_card, servers_card
from analyzer.views.baselines.found import VIEW, Shown, get_profile_or_404, profile_href, shown
from analyzer.views.baselines.words import (
    ASTERISK,
    covers_words,
    score_words,
    severity_words,
    version_words,
)
from analyzer.views.export_menu import PARAMS as EXPORT_PARAMS
from analyzer.views.export_menu import export_menu
from analyzer.views.overview.figures import Figure
from analyzer.views.report.empties import no_rows
from analyzer.views.report.exported import answer_file, wants_file
from analyzer.views.report.scope import BASELINES, read_scope, tabs
from analyzer.views.sheet import pairs
from web.budget import OutOfTimeError, read_budget
from web.gate import gate
from web.paging import Page
from web.templatetags.figures import thin


@dataclass(frozen=True, slots=True)
class Line:
    """One rule with what was found; addresses are empty where nothing was."""

    rule: Rule
    severity: str
    doubt: str
    broken: Amount
    broken_href: str
    not_judged: Amount
    not_judged_href: str
    from_today: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the page shows, read under one budget of time."""

    found: Findings
    days: Sequence[tuple[date, Tally]] = ()
    servers: Mapping[int, Server] | None = None
    cut: str = ""


@gate(VIEW)
@require_safe
def profile(request: HttpRequest, key: str) -> HttpResponseBase:
    found, scope = get_profile_or_404(key), read_scope(request)
    asked = shown(request, scope, profile_href(found))
    if wants_file(request):
        return _file(request, found, asked)
    facts = _read(asked, found)
    own = None if found.built_in else known.own(key)
    context = {
        "scope": scope,
        "tabs": tabs(request, scope, BASELINES),
        "trail": [{"href": scope.beside(reverse("report_baselines")), "word": "Baselines"}],
        "views": asked.switches,
        "profile": found,
        "own": own,
        "versions": _versions(own),
        "covers": covers_words(found),
        "kind": version_words(found),
        "sentence": f"{asked.filters.sentence('Sessions')}, judged by {found.name}.",
        "lines": [_line(one, found, asked) for one in facts.found.findings],
        "switched_off": [rule for rule in found.rules if not rule.on],
        "unjudged": [
            (rule, CONFIDENCES[rule.confidence])
            for rule in found.rules
            if rule.severity == "unjudged"
        ],
        "left_out": asked.left_out,
        "note": ASTERISK,
        "sheet": _taken_away(request),
    }
    if facts.found.tally.verdicts:
        context |= {
            "figures": _figures(found, facts.found, asked),
            "cards": [
                days_card(found, facts.days, asked.links),
                servers_card(found, facts.found.servers, facts.servers or {}, asked.links),
            ],
        }
    else:
        context["empty"] = no_rows(request, scope, Page(cut=facts.cut))
    return render(request, "analyzer/baseline.html", context, status=scope.status)


def _read(asked: Shown, found: Profile) -> Facts:
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            findings = read_findings(asked.filters, found, asked.fixed)
            days = read_days(asked.filters, [found], asked.fixed)[found.key].days
            return Facts(findings, days, servers.named(pk for pk, _ in findings.servers))
    except OutOfTimeError:
        return Facts(Findings(), cut=f"Reading took longer than {limit_s:g} s: ask for fewer days.")


def _line(found: Finding, profile: Profile, asked: Shown) -> Line:
    rule = found.rule
    place = f"{profile.key}:{rule.id}"
    unknown = f"{place}:not-judged"
    return Line(
        rule,
        severity_words(rule.severity),
        CONFIDENCES[rule.confidence],
        found.broken,
        asked.links.report(baseline=place) if found.broken.sessions else "",
        found.not_judged,
        asked.links.report(baseline=unknown) if found.not_judged.sessions else "",
        rule.from_today,
    )


def _figures(profile: Profile, found: Findings, asked: Shown) -> list[Figure]:
    tally, links = found.tally, asked.links

    def part(label: str, verdict: Verdict, icon: str, text: str, tone: str = "") -> Figure:
        amount = tally.of(verdict)
        part_of = score_words(percent(amount.connections, tally.connections))
        note = f"{part_of} of connections, {thin(amount.sessions)} sessions"
        tone = tone if amount.sessions else ""
        href = links.report(baseline=text)
        return Figure(label, thin(amount.connections), note, href, icon, tone)

    key = profile.key
    outside = tally.of("outside")
    return [
        Figure(
            "Score",
            score_words(tally.score),
            f"by sessions {score_words(tally.score_by_sessions)}",
            links.report(baseline=f"{profile.key}:holds"),
        ),
        part("Breaking", "breaks", "shield-cracked", key, "orange"),
        part("Not judged", "not-judged", "question-mark", f"{key}:not-judged"),
        part("Holding", "holds", "shield-check", f"{key}:holds"),
        Figure(
            "Outside",
            thin(outside.connections),
            f"{thin(outside.sessions)} sessions that it does not cover",
            links.report(baseline=f"{profile.key}:outside"),
        ),
    ]


def _file(request: HttpRequest, profile: Profile, asked: Shown) -> HttpResponseBase:
    def take(chosen: Chosen) -> tuple[str, IO[bytes]]:
        facts = _read(asked, profile)
        if facts.cut:
            raise OutOfTimeError(float(settings.TIME_LIMIT_PAGE_S))
        taking = taking_of(profile, asked.filters, by=request.user, now=timezone.now())
        return findings_file(profile, facts.found, taking, chosen=chosen)

    refused = {"": "A filter of the address cannot be used."} if asked.filters.refused else {}
    return answer_file(request, take, errors=refused)


def _taken_away(request: HttpRequest) -> dict[str, object]:
    """What the Export menu needs of a table."""
    kept = [pair for pair in pairs(request.GET) if pair[0] not in {"columns", *EXPORT_PARAMS}]
    return {"kept": kept, "export": export_menu(request), "export_columns": ALL}


def _versions(own: OwnBaseline | None) -> Sequence[object]:
    return known.versions(own) if own else ()
