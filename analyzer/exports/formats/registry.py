"""All formats in which rows can be taken away: pages, API, commands and schedules share them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Final

from analyzer.exports.formats.content import Content
from analyzer.exports.formats.delimited import write_csv
from analyzer.exports.formats.lines import write_lines
from analyzer.exports.formats.options import OptionError, csv_look, delimiter_name
from analyzer.exports.formats.parquet import write_parquet
from analyzer.exports.formats.workbook import write_workbook
from web.csv_stream import PLAIN, CsvLook
from web.formats.parquet import MEDIA_TYPE

Write = Callable[[Content, IO[bytes], CsvLook], int]


@dataclass(frozen=True, slots=True)
class Format:
    """`write` writes all rows to a file and returns how many; `is_text` may go to a terminal.

    `has_options`: delimiter and quoting count.
    """

    name: str
    label: str
    media_type: str
    write: Write
    is_text: bool = False
    has_options: bool = False

    @property
    def extension(self) -> str:
        return self.name

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8" if self.is_text else self.media_type


CSV: Final = Format("csv", "CSV", "text/csv", write_csv, is_text=True, has_options=True)
FORMATS: Final[tuple[Format, ...]] = (
    CSV,
    Format("jsonl", "JSON lines", "application/x-ndjson", write_lines, is_text=True),
    Format("parquet", "Parquet", MEDIA_TYPE, write_parquet),
    Format(
        "xlsx",
        "Excel (XLSX)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_workbook,
    ),
)
BY_NAME: Final[Mapping[str, Format]] = {one.name: one for one in FORMATS}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A format, and how its CSV looks."""

    format: Format = CSV
    look: CsvLook = PLAIN

    @property
    def options(self) -> dict[str, str]:
        """The options by name where they count, for the audit log and for the next time."""
        if not self.format.has_options:
            return {}
        return {"delimiter": delimiter_name(self.look.delimiter), "quoting": self.look.quoting}


def chosen(name: str, *, delimiter: str = "", quoting: str = "") -> Chosen:
    """Return the format of a name with its options. Raises OptionError.

    Options beside a format that has none are not looked at: a form sends them along.
    """
    found = BY_NAME.get(name)
    if found is None:
        raise OptionError(f"`{name}` is none of {', '.join(BY_NAME)}", param="format")
    if not found.has_options:
        return Chosen(found)
    return Chosen(found, csv_look(delimiter=delimiter, quoting=quoting))
