"""Security sessions of a server, and one session with every code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analyzer.models import Protection, Server
from analyzer.queries import report as reads
from analyzer.queries import sessions as session_reads
from analyzer.tables.columns import Column
from analyzer.tables.report import SESSIONS, Detail
from analyzer.tables.sessions import details_of
from analyzer.tables.traffic import HISTORY
from analyzer.views.found import get_server_or_404, get_session_or_404
from analyzer.views.report.exported import export_rows, wants_file
from analyzer.views.report.facts import server_facts, server_words, session_facts
from analyzer.views.report.judged import judgements
from analyzer.views.report.level import show_level
from analyzer.views.report.meaning import EVIDENCE, groups_of
from analyzer.views.report.rules import of_sessions, rule_href, rule_of_session, why_no_rule
from analyzer.views.report.scope import Scope, read_scope, tab_step, tabs
from analyzer.views.report.switches import Switch, detail_switch, protocol_switch
from analyzer.views.report.traffic import VIEW
from analyzer.views.sheet import Row
from web.gate import gate

_DAY = Column("day", "Day", kind="time")
Step = dict[str, str]


@gate(VIEW)
@require_safe
def sessions(request: HttpRequest, pk: int) -> HttpResponseBase:
    found, scope = get_server_or_404(pk), read_scope(request)
    present = reads.protocols(scope.filters, server_id=pk)
    protocol = _protocol(request, [name for name, _ in present])
    detail = _detail(request, protocol)
    table = SESSIONS[protocol, detail]
    if wants_file(request):
        return export_rows(
            request, scope.filters, server=found, protocol=protocol, detail=detail, table=table
        )
    read = partial(reads.sessions, scope.filters, server_id=pk, protocol=protocol, detail=detail)

    def to_session(row: Row) -> str:
        return scope.beside(reverse("report_session", args=[row["id"]]))

    return show_level(
        request,
        scope,
        table=table,
        read=read,
        link=to_session,
        action=of_sessions(request, found.role),
        rule_href=rule_href(request, scope, pk, found.role),
        why_no_rule=why_no_rule(request, found.role),
        tabs=tabs(request, scope, found.role),
        title="Security session details",
        sentence=f"{server_words(found)}: {scope.filters.sentence()}.",
        facts=server_facts(found),
        views=_switches(request, present, (protocol, detail)),
        trail=_trail(scope, found),
    )


@gate(VIEW)
@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    found, scope = get_session_or_404(pk), read_scope(request)
    server, protection = found.server, found.protection
    details = scope.beside(reverse("report_sessions", args=[server.pk]), show=protection.protocol)
    said = session_reads.said(pk)
    context = {
        "tabs": tabs(request, scope, server.role),
        "trail": [*_trail(scope, server), {"href": details, "word": "Session details"}],
        "heading": f"{found.client_ip} with {server_words(server)}",
        "sentence": f"{said['summary'] or protection.title}.",
        "rule_href": rule_of_session(request, pk, str(found.client_ip), server.role),
        "why_no_rule": why_no_rule(request, server.role),
        "protection": protection,
        "doubt": said["doubt"],
        "who": session_facts(found),
        "evidence": EVIDENCE[protection.confidence],
        "groups": groups_of(protection),
        "baselines": judgements(scope, protection.pk),
        "history": session_reads.history(pk),
        "history_columns": (_DAY, *HISTORY),
        "zone": server.stack.settings.time_zone,
    }
    return render(request, "analyzer/session.html", context)


def _switches(
    request: HttpRequest, present: Sequence[tuple[str, int]], chosen: tuple[str, Detail]
) -> list[Switch]:
    """Which protocol and which set of columns; none where there is no session."""
    if not present:
        return []
    protocol, detail = chosen
    return [
        protocol_switch(request, present, protocol),
        detail_switch(request, protocol, detail),
    ]


def _trail(scope: Scope, server: Server) -> list[Step]:
    clients = scope.beside(reverse("report_server", args=[server.pk]))
    return [tab_step(scope, server.role), {"href": clients, "word": server_words(server)}]


def _protocol(request: HttpRequest, present: Sequence[str]) -> str:
    """The one asked for if the sessions have it, else the one that most of them have."""
    asked = request.GET.get("show", "")
    return asked if asked in present else next(iter(present), str(Protection.Protocol.NONE))


def _detail(request: HttpRequest, protocol: str) -> Detail:
    asked = request.GET.get("detail", "")
    offered = details_of(protocol)
    return cast("Detail", asked if asked in offered else offered[0])
