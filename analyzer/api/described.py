"""What the schema says of an address: parameters, answers, errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from analyzer.queries.filters import FILTERS
from analyzer.serializers.shapes import ErrorSerializer
from analyzer.tables.columns import Table
from web.paging import MOST_ROWS, PAGE_ROWS

Decorator = Callable[[Any], Any]
_ALWAYS: Final = (401, 403)
_WHY: Final = {
    400: "Something in the request can't be used; `errors` says what.",
    401: "Not signed in.",
    403: "The role does not include this right.",
    404: "There is no such thing.",
    409: "It does not fit the state of things.",
    413: "The file is larger than the server takes.",
    503: "The database gave up on the question: ask for fewer days.",
    507: "The server's disk is full.",
}


def described(
    name: str,
    *,
    summary: str,
    answers: Mapping[Any, Any],
    parameters: tuple[OpenApiParameter, ...] = (),
    refusals: tuple[int, ...] = (400,),
    **more: Any,
) -> Decorator:
    """Describe one method of an address, `name` in the schema; every error has the same shape."""
    errors = {code: OpenApiResponse(ErrorSerializer, _WHY[code]) for code in (*refusals, *_ALWAYS)}
    return extend_schema(
        operation_id=name,
        summary=summary,
        parameters=[*parameters],
        responses={**answers, **errors},
        **more,
    )


def described_table(
    name: str,
    *,
    summary: str,
    table: Table,
    page: Any,
    also: tuple[OpenApiParameter, ...] = (),
) -> Decorator:
    """Describe an address that answers with a table, as a page of JSON or as CSV."""
    return described(
        name,
        summary=summary,
        answers={(200, "application/json"): page, (200, "text/csv"): OpenApiTypes.STR},
        parameters=(*also, *filter_parameters({one.name for one in also}), *_table(table), *PAGE),
        refusals=(400, 404, 503),
    )


def query(name: str, description: str, **more: Any) -> OpenApiParameter:
    """Return a parameter of the query."""
    given = {"type": str, **more}
    return OpenApiParameter(name, description=description, **given)


def filter_parameters(without: set[str]) -> tuple[OpenApiParameter, ...]:
    """Return the filters of the report, the same as on its pages."""
    period = (
        query("days", "The last days in the store, a number or `all`; 30 unless given."),
        query("from", "First day or minute in the systems' time: 2026-10-05, 2026-10-05T08:30."),
        query("to", "Last day or minute, included."),
    )
    filters = tuple(
        query(
            one.key,
            f"{one.label}. {one.help}",
            many=True,
            explode=True,
        )
        for one in FILTERS
        if one.key not in without
    )
    return (*period, *filters)


FORMAT: Final = query("format", "Instead of the Accept header.", enum=["json", "csv"])
PAGE: Final = (
    query("after", "`next` of the page before."),
    query("limit", f"Rows of a page, 1 to {MOST_ROWS}; {PAGE_ROWS} unless given.", type=int),
)


def _table(table: Table) -> tuple[OpenApiParameter, ...]:
    return (
        FORMAT,
        query(
            "sort",
            f"Column to sort by, `-` in front for the greatest first; `{table.default_sort}`"
            " unless given.",
        ),
        query(
            "columns",
            "Columns wanted, with commas; all unless given.",
            many=True,
            explode=False,
            enum=[column.key for column in table.columns],
        ),
    )
