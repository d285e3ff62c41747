"""Rows of a statement as a Parquet file: typed columns, texts as they are."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from typing import IO, Any, Final, Literal

import pyarrow
from django.db import connection

from analyzer.queries.terms.term import Clause
from web.budget import OutOfTimeError, read_budget
from web.formats import parquet

Holds = Literal["text", "number", "yes", "time"]
_TYPES: Final[Mapping[Holds, pyarrow.DataType]] = {
    "text": pyarrow.string(),
    "number": pyarrow.int64(),
    "yes": pyarrow.bool_(),
    "time": pyarrow.timestamp("us"),
}


def write_parquet(
    file: IO[bytes], statement: Clause, columns: Mapping[str, Holds], *, limit_s: float
) -> None:
    """Write all rows, whose cells are in the order of `columns`; times are local, without a zone.

    Raises OutOfTimeError.
    """
    schema = pyarrow.schema([(name, _TYPES[holds]) for name, holds in columns.items()])
    with read_budget(limit_s), closing(_batches(statement, limit_s)) as found:
        parquet.write_parquet(file, schema, found)


def _batches(statement: Clause, limit_s: float) -> Generator[list[tuple[Any, ...]]]:
    until = time.monotonic() + limit_s
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        while rows := cursor.fetchmany(parquet.GROUP_ROWS):
            if time.monotonic() > until:
                raise OutOfTimeError(limit_s)
            yield rows
