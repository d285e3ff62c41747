"""A table of the report as a CSV file; an entry in the audit log comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings

from analyzer import audit
from analyzer.exports.names import file_name
from analyzer.exports.statement import csv_statement
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from analyzer.tables.columns import Column
from web.csv_stream import csv_blocks, spooled


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes what away, when."""

    by: audit.Actor
    now: datetime
    target: str
    filters: Filters


def csv_file(
    question: Question, taking: Taking, *, columns: Sequence[Column], sort: str | None
) -> tuple[str, IO[bytes]]:
    """Return the name and the whole content. Raises UnknownColumnError and OutOfTimeError."""
    blocks = csv_of(
        question,
        taking,
        columns=columns,
        sort=sort,
        limit_s=float(settings.TIME_LIMIT_EXPORT_S),
    )
    name = file_name(taking.target, taking.filters, taking.now, "csv")
    return name, spooled(blocks, Path(settings.FILE_UPLOAD_TEMP_DIR))


def csv_of(
    question: Question,
    taking: Taking,
    *,
    columns: Sequence[Column],
    sort: str | None,
    limit_s: float,
) -> Iterator[bytes]:
    """Yield the CSV block by block; the audit entry is there before the first one."""
    statement = csv_statement(question, columns=columns, sort=sort)
    keys = [column.key for column in columns]
    write_down(taking, "export.csv", columns=keys, sort=sort or question.table.default_sort)
    return csv_blocks(statement.sql, statement.params, limit_s=limit_s)


def write_down(taking: Taking, action: str, **more: object) -> None:
    """Leave the audit entry of an export."""
    asked = taking.filters.to_params()
    data = {"filters": asked, "period": taking.filters.period.words, **more}
    audit.record(by=taking.by, action=action, target=taking.target, now=taking.now, data=data)
