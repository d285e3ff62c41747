"""What an exact run found: tables, files, and each connection decision by decision."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.conf import settings
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import history
from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import read_page_key, refuse_unknown
from analyzer.api.frame.described import PAGE, described, query
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.files import require_export
from analyzer.serializers.shapes import page_shape
from designer.api.frame import PolicyView, found_or_404, person
from enforcement.api.histories import history_or_404
from enforcement.api.tables import FILES as TABLE_FILES
from enforcement.api.tables import table_download
from enforcement.histories import taking
from enforcement.histories.connections.links import UNKNOWN_START, links_of, number_of, start_of
from enforcement.histories.connections.tracing import trace
from enforcement.histories.work import window_of
from enforcement.models import HistoryRun
from enforcement.queries.histories import reading
from enforcement.queries.histories.files import FILES
from enforcement.queries.histories.tables import TABLES
from enforcement.serializers.histories import (
    ROW_FIELDS,
    LivesSerializer,
    TraceSerializer,
    row_values,
    trace_values,
)
from web.budget import read_budget
from web.downloads import Download
from web.formats.parquet import MEDIA_TYPE
from web.paging import Page, PageKeyError

TRACE: Final = "api_history_connection"
MOST_LIVES: Final = 200
_HEX: Final = {"type": "string", "pattern": "^[0-9A-Fa-f]{1,8}$"}
_TABLE: Final = OpenApiParameter(
    "table",
    str,
    OpenApiParameter.PATH,
    enum=[*TABLES],
    description="; ".join(f"`{one.name}`: {one.title}" for one in TABLES.values()),
)
_KIND: Final = OpenApiParameter(
    "kind",
    str,
    OpenApiParameter.PATH,
    enum=[*FILES],
    description="; ".join(f"`{one.name}`: {one.label}" for one in FILES.values()),
)
_FORMAT: Final = query("format", "Instead of the Accept header.", enum=["json", *TABLE_FILES])
_PAGE: Final = page_shape(
    "HistoryTable", inline_serializer("HistoryTableRow", ROW_FIELDS, many=True)
)


def _renderer(media_type: str, form: str) -> type[BaseRenderer]:
    """Says that an address can answer so; the answer itself is a file."""
    return type(
        f"{form.capitalize()}File", (BaseRenderer,), {"media_type": media_type, "format": form}
    )


class HistoryTable(PolicyView):
    """One table of an exact run; so far while it is active."""

    renderer_classes = [JSONRenderer, *TABLE_FILES.values()]

    @described(
        "read_exact_run_table",
        summary="A table of an exact run, page after page, as CSV or Parquet",
        answers={
            (200, "application/json"): _PAGE,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, MEDIA_TYPE): OpenApiTypes.BINARY,
        },
        parameters=(_TABLE, _FORMAT, *PAGE),
        refusals=(400, 404, 503, 507),
    )
    def get(self, request: Request, pk: int, table: str) -> HttpResponseBase:
        run = history_or_404(pk)
        found = found_or_404(TABLES.get(table), "table")
        after, limit = read_page_key(request.query_params)
        if request.accepted_renderer.format in TABLE_FILES:
            by, now = person(request), timezone.now()
            return table_download(request, partial(taking.table_file, run, found, by=by, now=now))
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            try:
                part = reading.page(run.pk, found, after=after, limit=limit)
            except PageKeyError as error:
                raise ParameterError({"after": str(error)}) from error
            total, capped = reading.count(run.pk, found)
        links = links_of(run, found, part.rows, name=TRACE)
        rows = [row_values(found, *pair) for pair in zip(part.rows, links, strict=True)]
        page = Page(next=part.next, previous=part.previous, total=total, total_is_capped=capped)
        return Response(page_body(page, rows))


class HistoryFile(PolicyView):
    """What an exact run would have written."""

    renderer_classes = [
        _renderer("text/plain", "txt"),
        _renderer("application/octet-stream", "smf"),
        JSONRenderer,
    ]

    @described(
        "read_exact_run_file",
        summary="Messages, console log, audit records (an SMF dump) or operator commands",
        answers={
            (200, "text/plain"): OpenApiTypes.STR,
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
        },
        parameters=(_KIND,),
        refusals=(400, 404, 503, 507),
    )
    def get(self, request: Request, pk: int, kind: str) -> HttpResponseBase:
        refuse_unknown(request.query_params)
        require_export(request)
        run = history_or_404(pk)
        found = found_or_404(FILES.get(kind), "file")
        name, file = taking.kind_file(run, found, by=person(request), now=timezone.now())
        return Download(file, name, found.media_type)


class HistoryConnections(PolicyView):
    """Connections by their ID."""

    @described(
        "find_exact_run_connections",
        summary="The connections with an ID in the days of an exact run",
        answers={200: LivesSerializer},
        parameters=(query("id", "As Netstat shows it, hex.", type=_HEX, required=True),),
        refusals=(400, 404, 503),
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params, known=("id",))
        run = history_or_404(pk)
        number = number_of(request.query_params.get("id", ""))
        if number is None:
            raise ParameterError({"id": "write up to eight hex digits, as 00001A2B"})
        limit_s = float(settings.TIME_LIMIT_PAGE_S)
        found = history.connection_lives(
            window_of(run), number, most=MOST_LIVES + 1, limit_s=limit_s
        )
        lives = [_life(run, number, one) for one in found[:MOST_LIVES]]
        return Response({"connections": lives, "more": len(found) > MOST_LIVES})


class HistoryConnection(PolicyView):
    """One connection, decision by decision."""

    @described(
        "trace_exact_run_connection",
        summary="Why each decision about a connection fell, and what followed",
        answers={200: TraceSerializer},
        parameters=(
            OpenApiParameter("conn_id", _HEX, OpenApiParameter.PATH),
            OpenApiParameter(
                "start",
                {"type": "string", "pattern": f"^(-?[0-9]{{1,18}}|{UNKNOWN_START})$"},
                OpenApiParameter.PATH,
                description="Microseconds since 1970, UTC.",
            ),
        ),
        refusals=(400, 404, 503),
    )
    def get(self, request: Request, pk: int, stack: int, conn_id: str, start: str) -> Response:
        refuse_unknown(request.query_params)
        run, number, began = history_or_404(pk), number_of(conn_id), start_of(start)
        found = None if number is None or began is None else trace(run, stack, number, began.at)
        return Response(trace_values(found_or_404(found, "connection")))


def _life(run: HistoryRun, number: int, row: dict[str, Any]) -> dict[str, Any]:
    start = UNKNOWN_START if row["start_utc"] is None else row["start_utc"]
    address = reverse(TRACE, args=(run.pk, row["stack_id"], f"{number:08X}", start))
    times = {name: row[name].isoformat() for name in ("first", "last")}
    return {**row, **times, "trace": address}
