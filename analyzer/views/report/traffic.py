"""The report's first two levels: servers (or peers), and the clients of one of them."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from analyzer.models import Server
from analyzer.queries import report as reads
from analyzer.tables.report import clients_table, servers_table
from analyzer.views.found import get_server_or_404
from analyzer.views.report.exported import export_rows, wants_file
from analyzer.views.report.facts import server_facts, server_words
from analyzer.views.report.level import show_level
from analyzer.views.report.rules import of_clients, of_servers, rule_href, rule_of_rows, why_no_rule
from analyzer.views.report.scope import read_scope, tab_step, tabs
from analyzer.views.sheet import Row
from web.gate import gate

VIEW = "analyzer.view_report"
TITLES = {
    Server.Role.SERVER: ("TCP Server Traffic", "Servers on z/OS that were used"),
    Server.Role.CLIENT: ("TCP Client Traffic", "Servers anywhere that clients on z/OS used"),
    Server.Role.PEER: ("EE Peer Traffic", "Local Enterprise Extender peers"),
}


@gate(VIEW)
@require_safe
def servers(request: HttpRequest) -> HttpResponseBase:
    return _first_level(request, Server.Role.SERVER)


@gate(VIEW)
@require_safe
def clients(request: HttpRequest) -> HttpResponseBase:
    return _first_level(request, Server.Role.CLIENT)


@gate(VIEW)
@require_safe
def peers(request: HttpRequest) -> HttpResponseBase:
    return _first_level(request, Server.Role.PEER)


@gate(VIEW)
@require_safe
def server(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = get_server_or_404(pk)
    scope, table = read_scope(request), clients_table(found.role)
    if wants_file(request):
        return export_rows(request, scope.filters, server=found, table=table)

    def to_sessions(row: Row) -> str:
        path = reverse("report_sessions", args=[pk])
        return scope.beside(path, client_ip=str(row["client_ip"]))

    return show_level(
        request,
        scope,
        table=table,
        read=partial(reads.clients, scope.filters, server_id=pk, role=found.role),
        link=to_sessions,
        action=of_clients(request, scope, found),
        rule_href=rule_href(request, scope, pk, found.role),
        why_no_rule=why_no_rule(request, found.role),
        tabs=tabs(request, scope, found.role),
        title=server_words(found),
        sentence=f"Who used it: {scope.filters.sentence()}.",
        facts=server_facts(found),
        trail=[tab_step(scope, found.role)],
    )


def _first_level(request: HttpRequest, role: Server.Role) -> HttpResponseBase:
    scope, table = read_scope(request), servers_table(role)
    if wants_file(request):
        return export_rows(request, scope.filters, role=role, table=table)

    def to_clients(row: Row) -> str:
        return scope.beside(reverse("report_server", args=[row["id"]]))

    title, opening = TITLES[role]
    return show_level(
        request,
        scope,
        table=table,
        read=partial(reads.servers, scope.filters, role=role),
        link=to_clients,
        action=of_servers(request, scope, role),
        rule_href=rule_of_rows(request, scope, role),
        why_no_rule=why_no_rule(request, role),
        tabs=tabs(request, scope, role),
        title=title,
        sentence=f"{scope.filters.sentence(opening)}.",
    )
