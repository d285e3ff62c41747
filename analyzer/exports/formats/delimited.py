"""CSV: PostgreSQL writes it itself."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import IO

from analyzer.exports.formats.content import Content, kind_of
from analyzer.exports.statement import csv_statement
from web.csv_stream import CsvLook, csv_blocks


def write_csv(content: Content, file: IO[bytes], look: CsvLook) -> int:
    """Write all rows with a header; return how many rows there are."""
    found: list[int] = []
    size_bytes = 0
    # Closed at once also after a failure: until then the connection is busy with the COPY.
    with closing(_blocks(content, look, found)) as blocks:
        for block in blocks:
            file.write(block)
            size_bytes += len(block)
            content.room.check(size_bytes)
    return found[0]


def _blocks(content: Content, look: CsvLook, found: list[int]) -> Generator[bytes]:
    statement = csv_statement(content.question, columns=content.columns, sort=content.sort)
    return csv_blocks(
        statement.sql,
        statement.params,
        limit_s=content.limit_s,
        look=look,
        columns={column.key: kind_of(column) == "number" for column in content.columns},
        counted=found.append,
    )
