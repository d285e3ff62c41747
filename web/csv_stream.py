"""CSV that PostgreSQL writes itself, on its way through a file without a name.

A block of COPY output is never looked at in Python. The whole result goes to a temporary file
first, and only then to the client: the query is over when its time limit says so, however slowly
the client reads, and the length is known before the first byte, so that a download that breaks
off can't look whole (docs/adr/0005-exports.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from django.http import FileResponse

from web.budget import read_budget

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
BLOCK_BYTES: Final = 1 << 16

# Spreadsheets skip some of these before they look for a formula: control characters, blanks of
# every width, invisible characters, quotation marks.
_SKIPPED: Final = (
    r"\u0001-\u0020\u007f-\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064"
    r"\u3000\ufeff"
    r"""''"`\u00ab\u00b4\u00bb\u2018-\u201f\u2039\u203a\uff02\uff07"""
)
_SIGNS: Final = r"-=+@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
_FORMULA: Final = rf"^([\t\r\n]|[{_SKIPPED}]*[{_SIGNS}])"


def text_cell(sql: str) -> str:
    r"""Return SQL for a text that no spreadsheet takes for a formula.

    A text that begins with `=`, `+`, `-`, `@` (also full-width, also behind blanks or quotes),
    tab, CR or LF gets an apostrophe in front; any other stays as it is. NULL stays NULL.
    """
    return rf"regexp_replace({sql}, '{_FORMULA}', '''\1')"


def time_cell(sql: str, *, zone: str) -> str:
    """Return SQL for a `timestamptz` as ISO 8601 with the offset that the zone had at that time."""
    local, utc = f"({sql} AT TIME ZONE {zone})", f"({sql} AT TIME ZONE 'UTC')"
    offset = f"CASE WHEN {local} < {utc} THEN {utc} - {local} ELSE {local} - {utc} END"
    sign = f"CASE WHEN {local} < {utc} THEN '-' ELSE '+' END"
    return f"((to_json({local}) #>> '{{}}') || {sign} || to_char({offset}, 'HH24:MI'))"


def csv_blocks(
    sql: str, params: Sequence[object], *, limit_s: float, using: str = DEFAULT_DB_ALIAS
) -> Iterator[bytes]:
    """Yield the result of a SELECT as CSV with a header, in blocks of whole lines.

    `limit_s` is in seconds, 0 for none. Raises OutOfTimeError, always before the result could be
    taken for whole. While it runs, the connection is busy: nothing else can be asked on it.
    """
    connection: Any = connections[using]  # what is PostgreSQL's own is in no stub
    with read_budget(limit_s, using=using), connection.cursor() as cursor:
        # COPY takes no parameters: they become literals here, quoted by the driver.
        query = cursor.cursor.mogrify(sql, params)
        statement = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"
        with connection.wrap_database_errors, cursor.cursor.copy(statement) as lines:
            yield from _joined(lines)


def spooled(blocks: Iterable[bytes], directory: Path) -> IO[bytes]:
    """Return a file with all blocks, at its beginning; it has no name and goes when closed."""
    file = TemporaryFile(dir=directory)  # noqa: SIM115  # the caller reads and closes it
    try:
        for block in blocks:
            file.write(block)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


class CsvResponse(FileResponse):
    """A file of CSV to keep; its length is in the header, so a broken transfer shows."""

    block_size = BLOCK_BYTES

    def __init__(self, file: IO[bytes], name: str) -> None:
        super().__init__(
            file,
            as_attachment=True,
            filename=name,
            content_type=CONTENT_TYPE,
            headers={"Cache-Control": "no-store"},
        )


def _joined(lines: Iterable[Any]) -> Iterator[bytes]:
    """The driver hands out a line at a time, which is too little to pass on."""
    held, size = [], 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
