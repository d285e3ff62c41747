"""The report's levels: servers, clients and peers; the clients and sessions of one of them."""

from __future__ import annotations

from typing import Any, Final, cast

from django.http import Http404
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from analyzer.api.frame.answers import answer
from analyzer.api.frame.described import described_table, query
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.files import FILE_RENDERERS
from analyzer.api.frame.guard import ApiView
from analyzer.models import Protection, Server
from analyzer.queries import report as reads
from analyzer.serializers.sessions import own_columns
from analyzer.serializers.shapes import page_shape, row_shape, session_shape
from analyzer.tables.report import (
    ALL_SESSIONS,
    CLIENTS,
    DETAILS,
    SERVERS,
    SESSIONS,
    Detail,
    clients_table,
    servers_table,
)

_KINDS: Final = tuple(str(detail) for detail, _ in DETAILS)
_PROTOCOLS: Final = tuple(str(value) for value in Protection.Protocol.values)
_SERVER_PAGE: Final = page_shape("Server", row_shape("Server", SERVERS), SERVERS.sums)
_CLIENT_PAGE: Final = page_shape("Client", row_shape("Client", CLIENTS), CLIENTS.sums)
SESSION_PAGE: Final = page_shape(
    "Session", session_shape("Session", own_columns(ALL_SESSIONS)), ALL_SESSIONS.sums
)
_CHOICE: Final = (
    query("protocol", "Whose sessions; it decides the columns.", enum=[*_PROTOCOLS], required=True),
    query("detail", "Which columns; `cryptographic` unless given.", enum=[*_KINDS]),
)


class TableView(ApiView):
    """An address that answers with a table."""

    renderer_classes = [JSONRenderer, *FILE_RENDERERS]


class Servers(TableView):
    """z/OS servers that were used."""

    role = str(Server.Role.SERVER)

    @described_table("read_servers", summary="TCP server traffic", table=SERVERS, page=_SERVER_PAGE)
    def get(self, request: Request) -> HttpResponseBase:
        return answer(request, servers_table(self.role), role=self.role)


class Clients(TableView):
    """Servers anywhere that z/OS clients used."""

    role = str(Server.Role.CLIENT)

    @described_table("read_clients", summary="TCP client traffic", table=SERVERS, page=_SERVER_PAGE)
    def get(self, request: Request) -> HttpResponseBase:
        return answer(request, servers_table(self.role), role=self.role)


class Peers(TableView):
    """Local Enterprise Extender peers."""

    role = str(Server.Role.PEER)

    @described_table("read_peers", summary="EE peer traffic", table=SERVERS, page=_SERVER_PAGE)
    def get(self, request: Request) -> HttpResponseBase:
        return answer(request, servers_table(self.role), role=self.role)


class ServerClients(TableView):
    """Who used one of them."""

    @described_table(
        "read_server_clients", summary="Clients of a server", table=CLIENTS, page=_CLIENT_PAGE
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        server = _get_server_or_404(pk)
        return answer(request, clients_table(server.role), server=server)


class ServerSessions(TableView):
    """Security sessions of one of them, of one protocol."""

    @described_table(
        "read_server_sessions",
        summary="Security sessions of a server",
        table=ALL_SESSIONS,
        page=SESSION_PAGE,
        also=_CHOICE,
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        server = _get_server_or_404(pk)
        protocol, detail = _choice(request)
        return answer(
            request,
            SESSIONS[protocol, detail],
            also=("detail",),
            server=server,
            protocol=protocol,
            detail=detail,
        )


def _get_server_or_404(pk: int) -> Server:
    server = reads.server(pk)
    if server is None:
        raise Http404("there is no such server")
    return server


def _choice(request: Request) -> tuple[str, Detail]:
    params: Any = request.query_params
    protocol = params.get("protocol", "")
    detail = params.get("detail", "cryptographic")
    if protocol not in _PROTOCOLS:
        raise ParameterError({"protocol": f"`protocol` is one of {', '.join(_PROTOCOLS)}"})
    kinds = [kind for of, kind in SESSIONS if of == protocol]
    if detail not in kinds:
        raise ParameterError({"detail": f"`detail` of {protocol} is one of {', '.join(kinds)}"})
    return protocol, cast("Detail", detail)
