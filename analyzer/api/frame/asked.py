"""What an address asks of a table: filters, columns, order, page. The unknown is an error."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from analyzer.api.frame.errors import ParameterError
from analyzer.exports.formats.options import PARAMS as CSV_OPTIONS
from analyzer.exports.formats.registry import Chosen
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
    params: QueryDict, table: Table, *, also: Collection[str] = (), chosen: Chosen | None = None
) -> Asked:
    """Return what is asked; `also` names further parameters, `chosen` is the format of a file.

    Raises ParameterError.
    """
    filters, errors = Filters.from_params(params, also=also)
    options = CSV_OPTIONS if chosen and chosen.format.has_options else ()
    errors |= _unknown(params, NAMES | _TABLE | PAGE | {*also, *options})
    if chosen:
        words = f"is for pages; {chosen.format.label} has all rows"
        errors |= {name: f"`{name}` {words}" for name in PAGE & {*params}}
    columns = _columns(params, table, errors)
    sort, after = params.get("sort"), params.get("after") or None
    if sort == "":
        errors |= empty(params, "sort")
    else:
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


def asked_sort(params: QueryDict) -> str | None:
    """The order that is asked for, None without one. Raises ParameterError for an empty one."""
    if errors := empty(params, "sort"):
        raise ParameterError(errors)
    return params.get("sort")


def empty(params: QueryDict, name: str) -> dict[str, str]:
    """Return the error of a parameter that stands there without a value; none for another."""
    said = f"`{name}` is empty: name what you want, or leave it out"
    return {name: said} if "" in params.getlist(name) else {}


def refuse_unknown(params: QueryDict, known: Collection[str] = ()) -> None:
    """Raise ParameterError when the address has a parameter that is not known here."""
    errors = _unknown(params, {"format", *known})
    if errors:
        raise ParameterError(errors)


def _unknown(params: QueryDict, known: Collection[str]) -> dict[str, str]:
    return {name: f"`{name}` is not a parameter here" for name in params if name not in known}


def _columns(params: QueryDict, table: Table, errors: dict[str, str]) -> tuple[Column, ...]:
    keys = [key for text in params.getlist("columns") if text for key in text.split(",")]
    try:
        return table.chosen(keys) if keys else ()
    except UnknownColumnError as error:
        errors["columns"] = str(error)
        return ()


def _check_order(table: Table, sort: str | None, after: str | None, errors: dict[str, str]) -> None:
    try:
        table.order(sort).place(after)
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
