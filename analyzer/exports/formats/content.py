"""What is written, whatever the format: a question, its columns and order, and the limits."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from django.db import connection

from analyzer.exports.statement import NUMBERS, typed_statement
from analyzer.queries.pages import Question
from analyzer.tables.columns import Column
from web.budget import read_budget
from web.downloads import Room

BATCH_ROWS: Final = 1000
Kind = Literal["number", "time", "text"]


@dataclass(frozen=True, slots=True)
class Content:
    """`words` say in a sentence what the rows are; `limit_s` is in seconds, 0 for none."""

    question: Question
    columns: Sequence[Column]
    sort: str | None
    words: str
    limit_s: float
    room: Room

    @property
    def kinds(self) -> list[Kind]:
        """What the values of each column are."""
        return [kind_of(column) for column in self.columns]


def kind_of(column: Column) -> Kind:
    """What the values of a column are, whatever they look like on the screen."""
    if column.kind in NUMBERS:
        return "number"
    return "time" if column.kind == "time" else "text"


def batches(content: Content) -> Generator[list[tuple[Any, ...]]]:
    """Yield the rows as the store has them, some at a time, from a cursor of the server.

    Numbers are int, texts str, times aware datetimes in the zone of the row's system; a missing
    value is None. Raises OutOfTimeError.
    """
    statement = typed_statement(content.question, columns=content.columns, sort=content.sort)
    times = [place for place, kind in enumerate(content.kinds) if kind == "time"]
    chunked: Any = connection
    with read_budget(content.limit_s), chunked.chunked_cursor() as cursor:
        cursor.itersize = BATCH_ROWS
        cursor.execute(statement.sql, statement.params)
        while rows := cursor.fetchmany(BATCH_ROWS):
            yield [_local(row, times) for row in rows] if times else rows


def _local(row: tuple[Any, ...], times: Sequence[int]) -> tuple[Any, ...]:
    """The row with its times in the zone that stands behind its columns."""
    *values, name = row
    zone = ZoneInfo(name or "UTC")
    for place in times:
        value = values[place]
        if isinstance(value, datetime):
            values[place] = value.astimezone(zone)
    return tuple(values)
