"""Rows of a statement as a frame: PostgreSQL writes them, polars reads them, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final

import polars as pl
from django.db import connection

from analyzer.queries.terms.term import Clause

MAPPED_HEX: Final = "00000000000000000000ffff"
"""What stands before an IPv4 address in its IPv6 form."""
_WORD: Final = 16


def read_columns(statement: Clause, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return the rows of a SELECT whose columns are those of `schema`, in their order.

    To be called inside `read_budget`. A text that is NULL comes as an empty one.
    """
    written = BytesIO()
    command = f"COPY ({statement.sql}) TO STDOUT (FORMAT csv)"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(command, statement.params) as lines,
    ):
        for line in lines:
            written.write(line)
    if not written.tell():
        return pl.DataFrame(schema=schema)
    written.seek(0)
    booleans = [name for name, kind in schema.items() if kind == pl.Boolean]
    read = {name: pl.String() if name in booleans else kind for name, kind in schema.items()}
    frame = pl.read_csv(
        written,
        has_header=False,
        new_columns=list(schema),
        schema_overrides=list(read.values()),
    )
    texts = [pl.col(name).fill_null("") for name, kind in read.items() if kind == pl.String]
    return frame.with_columns(texts).with_columns(pl.col(name) == "t" for name in booleans)


def hex_sql(address: str) -> str:
    """Return the SQL of an address as the 32 hex digits of its IPv6 form."""
    digits = f"encode(substr(inet_send({address}), 5), 'hex')"
    return f"CASE family({address}) WHEN 4 THEN '{MAPPED_HEX}' ELSE '' END || {digits}"


def words_of(digits: str, name: str) -> tuple[pl.Expr, pl.Expr]:
    """Return the two 64-bit words of an address that stands in a column of hex digits."""
    whole = pl.col(digits).str
    high, low = (
        whole.slice(start, _WORD).str.to_integer(base=16, dtype=pl.UInt64, strict=True)
        for start in (0, _WORD)
    )
    return high.alias(f"{name}_hi"), low.alias(f"{name}_lo")
