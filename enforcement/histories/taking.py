"""Tables and files of an exact run to take away; an entry in the audit log says who took one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import IO, Final

from django.conf import settings

from analyzer import audit
from enforcement.histories.claims import handling
from enforcement.models import HistoryRun
from enforcement.queries.histories import files, reading
from enforcement.queries.histories.columns import Kind, Table
from enforcement.queries.histories.files import File
from enforcement.queries.parquet import Holds, write_parquet
from web.csv_stream import csv_blocks
from web.downloads import written

_HOLDS: Final[Mapping[Kind, Holds]] = {"number": "number", "yes": "yes", "time": "time"}
Taken = tuple[str, IO[bytes]]
"""The name of a file, and the file."""


def table_file(
    run: HistoryRun, table: Table, *, by: audit.Actor, now: datetime, ending: str = "csv"
) -> Taken:
    """Return all rows of a table, as CSV or Parquet by its `ending`. Raises OutOfTimeError."""
    limit_s = float(settings.TIME_LIMIT_EXPORT_S)

    def write(file: IO[bytes]) -> None:
        if ending == "parquet":
            plain = reading.whole(run.pk, table, plain=True)
            columns = {one.key: _HOLDS.get(one.kind, "text") for one in table.columns}
            write_parquet(file, plain, columns, limit_s=limit_s)
            return
        statement = reading.whole(run.pk, table)
        file.writelines(csv_blocks(statement.sql, statement.params, limit_s=limit_s))

    return _taken(run, write, what=table.name, ending=ending, by=by, now=now)


def kind_file(run: HistoryRun, kind: File, *, by: audit.Actor, now: datetime) -> Taken:
    """Return messages, console log, audit records or commands. Raises OutOfTimeError."""

    def write(file: IO[bytes]) -> None:
        limit_s = float(settings.TIME_LIMIT_EXPORT_S)
        file.writelines(files.written(run.pk, kind, limit_s=limit_s))

    return _taken(run, write, what=kind.name, ending=kind.ending, by=by, now=now)


def _taken(
    run: HistoryRun,
    write: Callable[[IO[bytes]], object],
    *,
    what: str,
    ending: str,
    by: audit.Actor,
    now: datetime,
) -> Taken:
    file = written(write, settings.FILE_UPLOAD_TEMP_DIR)
    handling.record("export", run, by=by, now=now, what=what, format=ending)
    return f"zertify_exact-{run.pk}_{what}.{ending}", file
