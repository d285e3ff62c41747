"""XLSX: text is text whatever it begins with; row after row goes to the disk at once."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from django.conf import settings
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from analyzer.exports.formats.content import Content, batches
from web.csv_stream import CsvLook

SHEET_ROWS: Final = 1_048_576
"""All that a sheet can have, its head included; further rows go to further sheets."""
CELL_CHARACTERS: Final = 32_767
PREFIX: Final = "zertify-xlsx-"
_EXACT: Final = 10**15
"""A spreadsheet keeps fifteen digits of a number: greater ones are written as text."""
_FIRST_YEAR: Final = 1900
_CUT: Final = "…"


def write_workbook(content: Content, file: IO[bytes], look: CsvLook) -> int:
    """Write all rows; return how many there are. Times are in the zone of the row's system."""
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix=PREFIX) as directory:
        made = _Made(content, file, Path(directory))
        try:
            with closing(batches(content)) as found:
                for batch in found:
                    for row in batch:
                        made.add(row)
                    made.check()
            made.close()
        finally:
            made.let_go()
    content.room.check(file.tell())
    return made.rows


class _Made:
    """A workbook on its way: `rows` are written, `cut` texts were too long for a cell."""

    def __init__(self, content: Content, file: IO[bytes], directory: Path) -> None:
        self.rows = self.cut = 0
        self._content, self._directory = content, directory
        self._book = Workbook(
            file, {"constant_memory": True, "tmpdir": str(directory), "in_memory": False}
        )
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sheets = 0
        self._sheet, self._next = self._begin(), 1

    def add(self, row: tuple[Any, ...]) -> None:
        """Write one row, on a new sheet where this one is full."""
        if self._next == SHEET_ROWS:
            self._sheet, self._next = self._begin(), 1
        for place, value in enumerate(row):
            self._write(place, value)
        self._next += 1
        self.rows += 1

    def check(self) -> None:
        """Raise TooLargeFileError when the rows take too much room; they get smaller at the end."""
        self._content.room.check(sum(one.stat().st_size for one in self._directory.iterdir()))

    def close(self) -> None:
        """Say on a last sheet what the rows are, and write the file."""
        about = self._book.add_worksheet("About")
        about.set_column(0, 0, 20)
        about.set_column(1, 1, 100)
        for number, (word, text) in enumerate(self._facts()):
            about.write_string(number, 0, word, self._head)
            about.write_string(number, 1, text[:CELL_CHARACTERS])
        try:
            self._book.close()
        except FileCreateError as error:  # the library's wrapping of what the disk said
            if error.args and isinstance(error.args[0], OSError):
                raise error.args[0] from error
            raise

    def let_go(self) -> None:
        """Close what is open: after a failure the library leaves that to chance."""
        for sheet in self._book.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()

    def _facts(self) -> list[tuple[str, str]]:
        facts = [
            ("Rows", f"{self.rows:d}"),
            ("Asked", self._content.words),
            ("Times", "Local time of the row's system; the column time_zone names the zone."),
        ]
        if self._sheets > 1:
            facts.append(("Sheets", f"{self._sheets:d}, because one has {SHEET_ROWS:d} rows"))
        if self.cut:
            facts.append(("Cut texts", f"{self.cut:d} longer than a cell; they end with {_CUT}"))
        return facts

    def _begin(self) -> Worksheet:
        self._sheets += 1
        sheet: Worksheet = self._book.add_worksheet(f"Rows {self._sheets:d}")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._content.columns):
            sheet.set_column(place, place, max(12, len(column.key) + 2))
        for place, column in enumerate(self._content.columns):
            sheet.write_string(0, place, column.key, self._head)
        return sheet

    def _write(self, place: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime) and value.year >= _FIRST_YEAR:
            local = value.replace(tzinfo=None)
            self._sheet.write_datetime(self._next, place, local, self._time)
        elif isinstance(value, int) and abs(value) < _EXACT:
            self._sheet.write_number(self._next, place, value)
        else:
            # Never `write`, which guesses: a name that begins with `=` stays a name.
            self._sheet.write_string(self._next, place, self._fitting(str(value)))

    def _fitting(self, text: str) -> str:
        if len(text) <= CELL_CHARACTERS:
            return text
        self.cut += 1
        return text[: CELL_CHARACTERS - 1] + _CUT
