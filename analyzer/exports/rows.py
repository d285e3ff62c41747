"""The door to all formats: rows of any table to a file, with entries in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from analyzer.exports.formats.content import Content
from analyzer.exports.formats.registry import Chosen
from analyzer.exports.names import file_name
from analyzer.exports.taking import Taking, write_down, write_end
from analyzer.queries.pages import Question
from analyzer.tables.columns import Column
from web.downloads import Room, written
from web.uploads import disk_room


@dataclass(frozen=True, slots=True)
class Rows:
    """What is taken: a question with the columns and the order wanted (None: the table's own)."""

    question: Question
    columns: Sequence[Column]
    sort: str | None = None


def rows_file(rows: Rows, taking: Taking, *, chosen: Chosen) -> tuple[str, IO[bytes]]:
    """Return a name and the whole content, for a person or a program that waits.

    Raises UnknownColumnError, OutOfTimeError, TooLargeFileError and DiskFullError.
    """
    limit_s = float(settings.TIME_LIMIT_EXPORT_S)

    def write(file: IO[bytes]) -> None:
        write_rows(rows, taking, file, chosen=chosen, limit_s=limit_s)

    with disk_room(then="export again"):
        file = written(write, Path(settings.FILE_UPLOAD_TEMP_DIR))
    return file_name(taking.target, taking.filters, taking.now, chosen.format.extension), file


def write_rows(
    rows: Rows, taking: Taking, file: IO[bytes], *, chosen: Chosen, limit_s: float = 0
) -> int:
    """Write all rows to a file and return how many; the same errors.

    The audit log has an entry before the first row, and another when all are written. Text formats
    only append; the others need a file that can be sought in.
    """
    table, form = rows.question.table, chosen.format
    content = Content(
        question=rows.question,
        columns=rows.columns,
        sort=rows.sort,
        words=taking.filters.sentence(table.many.capitalize()),
        limit_s=limit_s,
        room=Room(settings.EXPORT_MAX_BYTES),
    )
    table.order(rows.sort)  # an order that can't be used leaves no entry
    entry_id = write_down(
        taking,
        f"export.{form.name}",
        columns=[column.key for column in rows.columns],
        sort=rows.sort or table.default_sort,
        **chosen.options,
    )
    count = form.write(content, file, chosen.look)
    write_end(taking, entry_id=entry_id, form=form.name, rows=count)
    return count
