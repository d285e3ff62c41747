"""What a run found: its tables page after page or as CSV, and why a session met its rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import IO, Any, Final

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import read_page_key, refuse_unknown
from analyzer.api.frame.described import PAGE, described, query
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.files import FILE_RENDERERS, require_export
from analyzer.serializers.shapes import page_shape
from designer.api.frame import PolicyView, found_or_404, person
from enforcement.api.runs import run_or_404
from enforcement.exports import table_file
from enforcement.queries import tables
from enforcement.runs.explaining import why
from enforcement.serializers.runs import ROW_FIELDS, WhySerializer, why_values
from web.budget import read_budget
from web.csv_stream import CONTENT_TYPE
from web.downloads import Download
from web.formats.parquet import MEDIA_TYPE
from web.paging import Page, PageKeyError

FILES: Final = {one.format: one for one in FILE_RENDERERS if one.format in {"csv", "parquet"}}
"""The formats in which tables of runs are taken away."""
_TABLE: Final = OpenApiParameter(
    "table",
    str,
    OpenApiParameter.PATH,
    enum=[*tables.TABLES],
    description="; ".join(f"`{one.name}`: {one.title}" for one in tables.TABLES.values()),
)
_FORMAT: Final = query("format", "Instead of the Accept header.", enum=["json", *FILES])
_PAGE: Final = page_shape("RunTable", inline_serializer("RunTableRow", ROW_FIELDS, many=True))


class RunTable(PolicyView):
    """One table of a run, most connections first; empty before the run is complete."""

    renderer_classes = [JSONRenderer, *FILES.values()]

    @described(
        "read_run_table",
        summary="A table of a run: verdicts, rules, follow-up, unused, shadowed, resets, changes",
        answers={
            (200, "application/json"): _PAGE,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, MEDIA_TYPE): OpenApiTypes.BINARY,
        },
        parameters=(_TABLE, _FORMAT, *PAGE),
        refusals=(400, 404, 503, 507),
    )
    def get(self, request: Request, pk: int, table: str) -> HttpResponseBase:
        run = run_or_404(pk)
        found = found_or_404(tables.TABLES.get(table), "table")
        after, limit = read_page_key(request.query_params)
        if request.accepted_renderer.format in FILES:
            take = partial(table_file, run, found, by=person(request), now=timezone.now())
            return table_download(request, take)
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            try:
                part = tables.page(run.pk, found, after=after, limit=limit)
            except PageKeyError as error:
                raise ParameterError({"after": str(error)}) from error
            total = tables.count(run.pk, found)
        rows = [{name: row[name] for name in found.columns} for row in part.rows]
        page = Page(next=part.next, previous=part.previous, total=total)
        return Response(page_body(page, rows))


class RunWhy(PolicyView):
    """Why one session met its rules."""

    @described(
        "explain_run_session",
        summary="Why a session met its rules in a run, by both sides of a comparison",
        answers={200: WhySerializer},
        refusals=(400, 404, 503),
    )
    def get(self, request: Request, pk: int, session: int) -> Response:
        refuse_unknown(request.query_params)
        run = run_or_404(pk)
        found = why(run, session, limit_s=float(settings.TIME_LIMIT_PAGE_S))
        return Response(WhySerializer(why_values(found_or_404(found, "session"))).data)


def table_download(
    request: Request, take: Callable[..., tuple[str, IO[bytes]]]
) -> HttpResponseBase:
    """Return all rows as the file that is asked for; `take` makes it by its ending."""
    require_export(request)
    form = request.accepted_renderer.format
    given: set[str] = {"after", "limit"} & {*request.query_params}
    if given:
        errors: dict[str, Any] = {
            name: f"`{name}` is for pages; a file has all rows" for name in given
        }
        raise ParameterError(errors)
    name, file = take(ending=form)
    return Download(file, name, CONTENT_TYPE if form == "csv" else MEDIA_TYPE)
