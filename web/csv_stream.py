"""CSV that PostgreSQL writes itself, on its way to a file (web.downloads).

A block of COPY output is never looked at in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from web.budget import read_budget
from web.downloads import BLOCK_BYTES

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
QUOTINGS: Final = ("minimal", "all", "nonnumeric")

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


@dataclass(frozen=True, slots=True)
class CsvLook:
    """How a CSV file looks. `delimiter` is one of ASCII, `quoting` one of QUOTINGS."""

    delimiter: str = ","
    quoting: str = "minimal"


PLAIN: Final = CsvLook()


def csv_blocks(  # noqa: PLR0913 -- what a CSV is made of, keyword-only
    sql: str,
    params: Sequence[object],
    *,
    limit_s: float,
    look: CsvLook = PLAIN,
    columns: Mapping[str, bool] | None = None,
    counted: Callable[[int], None] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Generator[bytes]:
    """Yield the result of a SELECT as CSV with a header, in blocks of whole lines.

    `limit_s` is in seconds, 0 for none. `columns` says of each column whether it is a number; any
    quoting but `minimal` needs it. `counted` hears the number of rows after the last block. Raises
    OutOfTimeError, always before the result could be taken for whole. Until it ends or is
    closed, the connection is busy: whoever asks anything on it waits for ever.
    """
    connection: Any = connections[using]  # what is PostgreSQL's own is in no stub
    with read_budget(limit_s, using=using), connection.cursor() as cursor:
        # COPY takes no parameters: they become literals here, quoted by the driver.
        query = cursor.cursor.mogrify(sql, params)
        header, options = _options(look, columns or {})
        if header:
            yield header
        statement = f"COPY ({query}) TO STDOUT ({options})"
        with connection.wrap_database_errors, cursor.cursor.copy(statement) as lines:
            yield from _joined(lines)
        if counted is not None:
            counted(cursor.cursor.rowcount)


def _options(look: CsvLook, columns: Mapping[str, bool]) -> tuple[bytes, str]:
    """The header where it is ours to write (PostgreSQL never quotes one), and COPY's options."""
    options = f"FORMAT csv, DELIMITER {_literal(look.delimiter)}"
    quoted = [name for name, is_number in columns.items() if look.quoting == "all" or not is_number]
    if look.quoting == "minimal":
        return b"", f"{options}, HEADER"
    header = look.delimiter.join(_quoted(name) for name in columns)
    force = f", FORCE_QUOTE ({', '.join(map(_quoted, quoted))})" if quoted else ""
    return f"{header}\n".encode(), options + force


def _quoted(name: str) -> str:
    """A name in double quotes, which SQL and CSV double alike inside it."""
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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
