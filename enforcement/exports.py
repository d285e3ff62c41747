"""Tables of runs as files; an entry in the audit log says who took one."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from django.conf import settings

from analyzer import audit
from enforcement.models import Run
from enforcement.queries import tables
from enforcement.queries.columns import KEY_KINDS
from enforcement.queries.parquet import Holds, write_parquet
from enforcement.runs.claims import handling
from web.csv_stream import csv_blocks
from web.downloads import written


def table_file(
    run: Run, table: tables.Table, *, by: audit.Actor, now: datetime, ending: str = "csv"
) -> tuple[str, IO[bytes]]:
    """Return the name and the content of all rows of a table, as CSV or Parquet by its `ending`.

    Raises OutOfTimeError.
    """
    limit_s = float(settings.TIME_LIMIT_EXPORT_S)

    def write(file: IO[bytes]) -> None:
        if ending == "parquet":
            plain = tables.whole(run.pk, table, plain=True)
            write_parquet(file, plain, {one: _holds(one) for one in table.columns}, limit_s=limit_s)
            return
        statement = tables.whole(run.pk, table)
        file.writelines(csv_blocks(statement.sql, statement.params, limit_s=limit_s))

    file = written(write, settings.FILE_UPLOAD_TEMP_DIR)
    handling.record("export", run, by=by, now=now, table=table.name, format=ending)
    return f"zertify_run-{run.pk}_{table.name}.{ending}", file


def _holds(name: str) -> Holds:
    return "text" if KEY_KINDS.get(name) is str else "number"
