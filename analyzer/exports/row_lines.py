"""Rows of any table of the report as JSON, one a line, with the columns of its CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.exports.session_lines import stored_rows
from analyzer.exports.statement import row_statement
from analyzer.exports.taking import Taking, write_down, write_end
from analyzer.queries.pages import Question
from analyzer.serializers.rows import json_row
from analyzer.tables.columns import Column


def row_lines(question: Question, taking: Taking, *, columns: Sequence[Column]) -> Iterator[str]:
    """Yield a JSON object per row; the audit entry is there before the first one."""
    entry_id = write_down(taking, "export.json", columns=[column.key for column in columns])
    return _lines(question, taking, columns, entry_id)


def _lines(
    question: Question, taking: Taking, columns: Sequence[Column], entry_id: int
) -> Iterator[str]:
    extra = () if "time_zone" in question.table.by_key else ("time_zone",)
    rows = 0
    for row in stored_rows(row_statement(replace(question, extra=extra))):
        yield json.dumps(json_row(row, columns), ensure_ascii=False, separators=(",", ":"))
        rows += 1
    write_end(taking, entry_id=entry_id, form="json", rows=rows)
