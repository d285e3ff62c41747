"""COPY into a table through the open transaction: binary from numpy, CSV from polars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl
from django.db import connection
from psycopg import sql

from analyzer.ingest.load.labels import NUL_SIGN
from analyzer.ingest.load.rows import HEADER, TRAILER

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_SLICE_ROWS = 16_384  # text of a part at a time: it is several times the size of the columns
_NULL = "\\N"  # a text `\N` is quoted, and so is not taken for it
_STAGES = {
    "staged_protection": "protection_index integer, digest bytea",
    "staged_session": """
        session_index integer, digest bytea, stack_id bigint, role text, ip_proto smallint,
        server_ip inet, client_ip inet, port_start integer, port_end integer, job text,
        "user" text, session_id text, sa_flags smallint, protection_id bigint""",
    "staged_key": "interval_end timestamp, session_id bigint, fingerprint bigint, place bigint",
    "staged_day": """
        day date, session_id bigint, intervals integer, connections bigint, partial bigint,
        short bigint, in_bytes bigint, out_bytes bigint, in_segs bigint, out_segs bigint,
        failed bigint, restarts integer, first_end timestamp, last_end timestamp""",
}


def make_stages() -> None:
    """The temporary tables of this connection; what a batch leaves in them ends with it."""
    with connection.cursor() as cursor:
        for name, columns in _STAGES.items():
            cursor.execute(
                f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns}) ON COMMIT DELETE ROWS"
            )
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS staged_connection"
            " (LIKE analyzer_connection_event) ON COMMIT DELETE ROWS"
        )


def copy_rows(
    cursor: CursorWrapper, table: str, columns: Iterable[str], parts: Iterable[memoryview]
) -> None:
    """COPY packed rows."""
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.wrap_database_errors, cursor.copy(command) as copy:
        copy.write(HEADER)
        for part in parts:
            copy.write(part)
        copy.write(TRAILER)


def copy_frame(cursor: CursorWrapper, table: str, frame: pl.DataFrame) -> None:
    """COPY the columns of a frame to those of the same name."""
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL '\\N')").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    )
    text = pl.col(pl.String).str.replace_all("\0", NUL_SIGN, literal=True)
    binary = [
        pl.concat_str(pl.lit("\\x"), pl.col(name).bin.encode("hex")).alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.Binary
    ]
    with connection.wrap_database_errors, cursor.copy(command) as copy:
        for part in frame.iter_slices(_SLICE_ROWS):
            copy.write(_csv(part.with_columns(text, *binary)))


def _csv(frame: pl.DataFrame) -> str:
    return frame.write_csv(include_header=False, quote_style="non_numeric", null_value=_NULL)
