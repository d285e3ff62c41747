"""What the schema says of an address: parameters, answers, errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status

from analyzer.exports.formats.options import DELIMITERS, SIGNS
from analyzer.exports.formats.registry import BY_NAME, FORMATS
from analyzer.queries.filters import FILTERS
from analyzer.serializers.shapes import ConflictSerializer, ErrorSerializer
from analyzer.tables.columns import ALL, Table
from web.csv_stream import QUOTINGS
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
    507: "There is no room: the server's disk, or the inbox of a feed, is full.",
}


FILES: Final = {
    (200, one.media_type): OpenApiTypes.STR if one.is_text else OpenApiTypes.BINARY
    for one in FORMATS
}
"""The answers that are files."""


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
    errors = {code: OpenApiResponse(_shape(code), _WHY[code]) for code in (*refusals, *_ALWAYS)}
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
    """Describe an address that answers with a table, as a page of JSON or as a file."""
    return described(
        name,
        summary=summary,
        answers={(200, "application/json"): page, **FILES},
        parameters=(*also, *filter_parameters({one.name for one in also}), *_table(table), *PAGE),
        refusals=(400, 404, 503, 507),
    )


def _shape(code: int) -> type[ErrorSerializer]:
    return ConflictSerializer if code == status.HTTP_409_CONFLICT else ErrorSerializer


def query(name: str, description: str, **more: Any) -> OpenApiParameter:
    """Return a parameter of the query."""
    given = {"type": str, **more}
    return OpenApiParameter(name, description=description, **given)


def grammar(name: str, description: str) -> OpenApiParameter:
    """Return a parameter whose description says what no pattern can: its format has its name."""
    return query(name, description, type=_words(name))


def _words(name: str) -> dict[str, Any]:
    return {"type": "string", "format": f"zertify-{name}"}


def filter_parameters(without: set[str]) -> tuple[OpenApiParameter, ...]:
    """Return the filters of the report, the same as on its pages."""
    period = (
        grammar("days", "The last days in the store, a number or `all`; 30 unless given."),
        grammar("from", "First day or minute in the systems' time: 2026-10-05, 2026-10-05T08:30."),
        grammar("to", "Last day or minute, included."),
    )
    filters = tuple(
        query(
            one.key,
            f"{one.label}. {one.help}",
            type={"type": "array", "items": _words(one.key)},
            explode=True,
        )
        for one in FILTERS
        if one.key not in without
    )
    return (*period, *filters)


FORMAT: Final = query("format", "Instead of the Accept header.", enum=["json", *BY_NAME])
CSV_OPTIONS: Final = (
    query(
        "delimiter",
        f"For CSV: {', '.join(DELIMITERS)}, or a sign of its own; `comma` unless given.",
        enum=["", *DELIMITERS, *SIGNS],
    ),
    query("quoting", "For CSV; `minimal` unless given.", enum=["", *QUOTINGS]),
)
_LIMIT: Final = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}
PAGE: Final = (
    grammar("after", "`next` of the page before."),
    query("limit", f"Rows of a page, 1 to {MOST_ROWS}; {PAGE_ROWS} unless given.", type=_LIMIT),
)


def sort_parameter(table: Table) -> OpenApiParameter:
    """Return the parameter of the order of a table."""
    keys = [column.key for column in table.columns if column.sortable]
    return query(
        "sort",
        "Column to sort by, `-` in front for the greatest first;"
        f" `{table.default_sort}` unless given.",
        enum=[f"{sign}{key}" for key in keys for sign in ("", "-")],
    )


def _table(table: Table) -> tuple[OpenApiParameter, ...]:
    return (
        FORMAT,
        *CSV_OPTIONS,
        sort_parameter(table),
        query(
            "columns",
            "Columns wanted, with commas; all unless given.",
            many=True,
            explode=False,
            enum=[ALL, *(column.key for column in table.columns)],
        ),
    )
