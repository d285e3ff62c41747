"""Shapes of answers for the schema: rows made of a table's columns, pages, errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from analyzer.tables.columns import Column, Sum, Table

_INTEGERS: Final = frozenset({"int", "count", "bytes"})


class ErrorSerializer(serializers.Serializer[Any]):
    """Why a request was refused."""

    error = serializers.CharField(help_text="One sentence.")
    errors = serializers.DictField(  # type: ignore[assignment]  # a name of ours, not the property
        child=serializers.CharField(), required=False, help_text="The reason by parameter or field."
    )


class ConflictSerializer(ErrorSerializer):
    """Why a request does not fit the state of things."""

    current = serializers.DictField(
        required=False,
        help_text="What is saved now, where somebody else has changed it meanwhile.",
    )


def page_shape(name: str, row: Any, sums: Sequence[Sum] = ()) -> Any:
    """Return the shape of a page of rows; `sums` are those of its table."""
    more = {one.key: serializers.IntegerField(required=False) for one in sums}
    summed = inline_serializer(
        f"{name}Sums", dict(more), help_text="Sums over the rows of all pages, where known."
    )
    return inline_serializer(
        f"{name}Page",
        {
            "rows": row,
            "next": serializers.CharField(
                allow_null=True, help_text="`after` of the next page; null on the last one."
            ),
            "previous": serializers.CharField(
                allow_null=True, help_text="`after` of the page before; null on the first one."
            ),
            "total": serializers.IntegerField(help_text="Rows of all pages."),
            "total_is_capped": serializers.BooleanField(
                help_text="True when there are more than `total`."
            ),
            **({"sums": summed} if sums else {}),
        },
    )


def history_shape(name: str, row: Any) -> Any:
    """Return the shape of a page of a history, the latest first."""
    following = serializers.IntegerField(
        allow_null=True, help_text="`before` of the next page; null on the last one."
    )
    return inline_serializer(f"{name}History", {"rows": row, "next": following})


def row_shape(name: str, table: Table) -> Any:
    """Return the shape of a row; `columns` may leave any of the columns out."""
    return inline_serializer(
        f"{name}Row", {"id": serializers.IntegerField()} | fields(table.columns), many=True
    )


def session_shape(name: str, columns: Sequence[Column]) -> Any:
    """Return the shape of a session: columns, labels, and the raw codes."""
    more: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "id": serializers.IntegerField(),
        "server_id": serializers.IntegerField(),
        "labels": serializers.DictField(
            child=serializers.CharField(), help_text="What the codes mean, by attribute."
        ),
        "opaque": serializers.DictField(
            child=serializers.CharField(),
            help_text="Bytes that no layout describes, in hex, by section and offset.",
        ),
        "raw": serializers.DictField(
            help_text="Identity, raw codes (`tls`, `ssh`, `ipsec`, `dns`) and summed counters."
        ),
    }
    return inline_serializer(f"{name}Row", more | fields(columns), many=True)


def fields(columns: Sequence[Column]) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Return a field for each column."""
    return {column.key: _field(column) for column in columns}


def _field(column: Column) -> serializers.Field[Any, Any, Any, Any]:
    given: dict[str, Any] = {
        "allow_null": True,
        "required": False,
        "label": column.label,
        "help_text": column.help or column.label,
    }
    if column.kind in _INTEGERS:
        return serializers.IntegerField(**given)
    if column.kind == "time":
        return serializers.DateTimeField(**given)
    return serializers.CharField(**given)
