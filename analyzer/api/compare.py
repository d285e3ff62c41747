"""Two periods or two systems compared."""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import Asked, empty, read_asked
from analyzer.api.frame.described import described_table, query
from analyzer.api.frame.errors import ParameterError, TooSlowError
from analyzer.api.frame.files import asked_file, require_export
from analyzer.api.report import TableView
from analyzer.exports.compared import Wanted, compared_file
from analyzer.exports.formats.registry import Chosen
from analyzer.forms.compare import CHOICE, Comparison, read_comparison
from analyzer.queries.compare.coverage import Coverages, both_coverages, cautions, lacks_a_side
from analyzer.queries.compare.reading import Compared, read_compared
from analyzer.queries.compare.sides import PARAMS
from analyzer.serializers.shapes import row_shape
from analyzer.tables.compare import BY_NAME, GRAINS, STATUSES, every_column, table_of
from web.downloads import Download
from web.paging import Page

_EVERY: Final = every_column()
_COUNTS: Final = inline_serializer(
    "ComparedCounts", {one.name: serializers.IntegerField(help_text=one.help) for one in STATUSES}
)
_PAGE: Final = inline_serializer(
    "ComparedPage",
    {
        "rows": row_shape("Compared", _EVERY),
        "next": serializers.CharField(
            allow_null=True, help_text="`after` of the next page; null on the last one."
        ),
        "previous": serializers.CharField(
            allow_null=True, help_text="`after` of the page before; null on the first one."
        ),
        "total": serializers.IntegerField(help_text="Rows of all pages."),
        "total_is_capped": serializers.BooleanField(help_text="Always false."),
        "counts": _COUNTS,
        "cautions": serializers.ListField(
            child=serializers.CharField(),
            help_text="What can't be told because a side lacks data, a sentence or two each.",
        ),
    },
)
_SIDE_A: Final[tuple[OpenApiParameter, ...]] = (
    query("by", "What a row is; `server` unless given.", enum=[*GRAINS]),
    query(
        "status",
        "What became of it; all but `same` unless given, `all` for those as well.",
        many=True,
        explode=False,
        enum=[*BY_NAME, "all"],
    ),
    query("a_from", "First day or minute of side A; without, the days just before side B's."),
    query("a_to", "Last day or minute of side A, included."),
    query("a_sysplex", "Sysplexes of side A; side B's are those of `sysplex`.", many=True),
    query("a_system", "Systems of side A.", many=True),
    query("a_stack", "Stacks of side A, as SYSPLEX.SYSTEM.STACK.", many=True),
)


class Compare(TableView):
    """Side B is what the filters ask for, side A the same over the days before, or as `a_` says."""

    @described_table(
        "compare",
        summary="Two periods or two systems compared",
        table=_EVERY,
        page=_PAGE,
        also=_SIDE_A,
    )
    def get(self, request: Request) -> HttpResponseBase:
        params: QueryDict = request.query_params
        chosen = asked_file(request)
        if errors := empty(params, "by"):
            raise ParameterError(errors)
        asked = read_comparison(params)
        table = table_of(asked.grain, of_places=asked.sides.of_places)
        shown = read_asked(params, table, also=(*PARAMS, *CHOICE), chosen=chosen)
        if asked.errors:
            raise ParameterError(asked.errors)
        coverages = both_coverages(asked.sides)
        if chosen:
            require_export(request)
            return _file(request, asked, shown, coverages, chosen)
        return _page(asked, shown, coverages)


def _file(
    request: Request, asked: Comparison, shown: Asked, coverages: Coverages, chosen: Chosen
) -> HttpResponseBase:
    wanted = Wanted(
        grain=asked.grain,
        statuses=() if lacks_a_side(coverages) else asked.statuses,
        columns=shown.columns,
        sort=shown.sort,
    )
    name, file = compared_file(
        asked.sides, wanted, chosen=chosen, by=request.user, now=timezone.now()
    )
    return Download(file, name, chosen.format.content_type)


def _page(asked: Comparison, shown: Asked, coverages: Coverages) -> Response:
    columns = shown.columns or table_of(asked.grain, of_places=asked.sides.of_places).columns
    keys = [column.key for column in columns]
    found = Compared(Page(), dict.fromkeys(BY_NAME, 0))
    if not lacks_a_side(coverages):
        found = read_compared(
            asked.sides,
            grain=asked.grain,
            statuses=asked.statuses,
            sort=shown.sort,
            after=shown.after,
            limit=shown.limit,
            columns=keys,
        )
    if found.page.cut:  # a program would take nothing for an answer
        raise TooSlowError(found.page.cut)
    rows: list[dict[str, Any]] = [
        {"id": row["id"], **{key: row[key] for key in keys}} for row in found.page.rows
    ]
    body = page_body(found.page, rows)
    return Response(body | {"counts": found.tallies, "cautions": cautions(coverages)})
