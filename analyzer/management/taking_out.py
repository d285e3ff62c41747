"""What commands that take rows away have in common: formats, options, where the rows go."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from django.core.management.base import CommandError, OutputWrapper
from django.http import QueryDict

from analyzer.exports.formats.options import DELIMITERS, OptionError
from analyzer.exports.formats.registry import Chosen, chosen
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from analyzer.tables.columns import Column, UnknownColumnError
from web.csv_stream import QUOTINGS
from web.downloads import TooLargeFileError
from web.uploads import DiskFullError, disk_room

Write = Callable[[IO[bytes]], object]
_MODE: Final = "wb+"


class Outlet(BytesIO):
    """A file that only appends: blocks of whole lines go to the command's standard output."""

    def __init__(self, out: OutputWrapper) -> None:
        super().__init__()
        self._out = out

    def write(self, block: Any) -> int:
        """Hand the block on at once."""
        self._out.write(bytes(block).decode(), ending="")
        return len(block)

    def writelines(self, blocks: Any) -> None:
        """Hand on one after the other."""
        for block in blocks:
            self.write(block)


def add_output(parser: ArgumentParser) -> None:
    """Add where the rows go, and how CSV looks."""
    parser.add_argument("--columns", default="", help="columns wanted, with commas")
    parser.add_argument(
        "--delimiter",
        default="",
        help=f"csv: {', '.join(DELIMITERS)}, or a sign of its own (default: comma)",
    )
    parser.add_argument("--quoting", choices=QUOTINGS, default="", help="csv (default: minimal)")
    parser.add_argument("--output", type=Path, help="file to write; standard output if missing")


def chosen_format(options: Mapping[str, Any]) -> Chosen:
    """The format with its options. Raises CommandError."""
    try:
        found = chosen(
            options["format"], delimiter=options["delimiter"], quoting=options["quoting"]
        )
    except OptionError as error:
        raise CommandError(str(error)) from error
    if not found.format.is_text and options["output"] is None:
        raise CommandError(f"{found.format.name} is no text: say --output FILE")
    return found


def chosen_columns(question: Question, options: Mapping[str, Any]) -> Sequence[Column]:
    """The columns by their keys. Raises CommandError."""
    try:
        return question.table.chosen([key for key in options["columns"].split(",") if key])
    except UnknownColumnError as error:
        raise CommandError(str(error)) from error


def given_params(given: Sequence[str], *, form: str = "NAME=VALUE") -> QueryDict:
    """The parameters of `--filter`, as an address has them. Raises CommandError."""
    params = QueryDict(mutable=True)
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"`{text}` is not {form}")
        params.appendlist(name, value)
    return params


def usable(filters: Filters, errors: Mapping[str, str]) -> Filters:
    """Filters that can't be used match nothing; a script must hear of it."""
    if errors:
        raise CommandError("; ".join(errors.values()))
    return filters


def put_out(write: Write, *, out: OutputWrapper, output: Path | None) -> None:
    """Write to standard output, or to a file whose name appears when the content is whole."""
    with _plainly(output):
        if output is None:
            write(Outlet(out))
        else:
            _put_file(write, output)


def _put_file(write: Write, path: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        with disk_room(then="export again"), part.open(_MODE) as file:
            write(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _plainly(path: Path | None) -> Iterator[None]:
    """Say in plain words what the disk says."""
    try:
        yield
    except (DiskFullError, TooLargeFileError) as error:
        raise CommandError(f"`{path}` can't be written: {error}") from error
    except OSError as error:
        if path is None:
            raise
        raise CommandError(f"`{path}` can't be written: {error.strerror}") from error
