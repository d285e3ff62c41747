"""What an address asks of a table: filters, columns, order, page. The unknown is an error."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from analyzer.api.errors import ParameterError
from analyzer.queries.filters import NAMES, Filters
from analyzer.tables.columns import Column, Table, UnknownColumnError
from web.paging import PAGE_ROWS, PageKeyError, asked_limit

PAGE: Final = frozenset({"after", "limit"})
_TABLE: Final = frozenset({"sort", "columns", "format"})


@dataclass(frozen=True, slots=True)
class Asked:
    """`columns` is empty when none were named."""

    filters: Filters
    columns: tuple[Column, ...]
    sort: str | None
    after: str | None
    limit: int


def read_asked(
    params: QueryDict, table: Table, *, also: Collection[str] = (), as_csv: bool = False
) -> Asked:
    """Return what is asked; `also` names further parameters. Raises ParameterError."""
    filters, errors = Filters.from_params(params, also=also)
    errors |= _unknown(params, NAMES | _TABLE | PAGE | frozenset(also))
    if as_csv:
        errors |= {name: f"`{name}` is for pages; CSV has all rows" for name in PAGE & {*params}}
    columns = _columns(params, table, errors)
    sort, after = params.get("sort") or None, params.get("after") or None
    _check_order(table, sort, after, errors)
    limit = _limit(params, errors)
    if errors:
        raise ParameterError(errors)
    return Asked(filters, columns, sort, after, limit)


def read_page_key(params: QueryDict, *, also: Collection[str] = ()) -> tuple[str | None, int]:
    """Return `after` and `limit` of a list without filters. Raises ParameterError."""
    errors = _unknown(params, PAGE | {"format", *also})
    limit = _limit(params, errors)
    if errors:
        raise ParameterError(errors)
    return params.get("after") or None, limit


def refuse_unknown(params: QueryDict, known: Collection[str] = ()) -> None:
    """Raise ParameterError when the address has a parameter that is not known here."""
    errors = _unknown(params, {"format", *known})
    if errors:
        raise ParameterError(errors)


def _unknown(params: QueryDict, known: Collection[str]) -> dict[str, str]:
    return {name: f"`{name}` is not a parameter here" for name in params if name not in known}


def _columns(params: QueryDict, table: Table, errors: dict[str, str]) -> tuple[Column, ...]:
    keys = [key for text in params.getlist("columns") for key in text.split(",") if key]
    try:
        return table.chosen(keys) if keys else ()
    except UnknownColumnError as error:
        errors["columns"] = str(error)
        return ()


def _check_order(table: Table, sort: str | None, after: str | None, errors: dict[str, str]) -> None:
    try:
        table.order(sort).after(after)
    except UnknownColumnError as error:
        errors["sort"] = str(error)
    except PageKeyError as error:
        errors["after"] = str(error)


def _limit(params: QueryDict, errors: dict[str, str]) -> int:
    try:
        return asked_limit(params.get("limit"))
    except ValueError as error:
        errors["limit"] = str(error)
        return PAGE_ROWS
