"""Security sessions as JSON, one a line, from a cursor of the server: memory stays constant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from analyzer.exports.statement import row_statement
from analyzer.exports.taking import Taking, write_down, write_end
from analyzer.queries.pages import Question
from analyzer.queries.terms.term import Clause
from analyzer.serializers.sessions import own_columns, session_row, with_raw
from web.budget import read_budget

_FETCH: Final = 500


def session_lines(question: Question, taking: Taking) -> Iterator[str]:
    """Yield a JSON object per session; the audit entry is there before the first one."""
    entry_id = write_down(taking, "export.jsonl")
    return _lines(with_raw(question), taking, entry_id)


def _lines(question: Question, taking: Taking, entry_id: int) -> Iterator[str]:
    statement = row_statement(question)
    columns = own_columns(question.table)
    rows = 0
    for row in stored_rows(statement):
        yield json.dumps(session_row(row, columns), ensure_ascii=False, separators=(",", ":"))
        rows += 1
    write_end(taking, entry_id=entry_id, form="jsonl", rows=rows)


def stored_rows(statement: Clause) -> Iterator[dict[str, Any]]:
    """Yield the rows of a SELECT by column name, a few at a time."""
    chunked: Any = connection
    with read_budget(0), chunked.chunked_cursor() as cursor:
        cursor.itersize = _FETCH
        cursor.execute(statement.sql, statement.params)
        names: list[str] = []
        while rows := cursor.fetchmany(_FETCH):
            names = names or [column.name for column in cursor.description]
            for row in rows:
                yield dict(zip(names, row, strict=True))
