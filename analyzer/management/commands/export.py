"""Take rows away from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone

from analyzer.exports.csv_file import Taking, csv_of
from analyzer.exports.levels import question_of
from analyzer.exports.session_lines import session_lines
from analyzer.queries.filters import Filters
from analyzer.queries.terms.period import PARAMS
from analyzer.tables.columns import UnknownColumnError
from analyzer.tables.report import ALL_SESSIONS


class Command(BaseCommand):
    help = (
        "Write all security sessions, all days unless filtered. jsonl: one JSON object a line, each"
        " with its labels and, under `raw`, the codes and summed counters of the records. csv: the"
        " columns of the table. Leaves an entry in the audit log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["sessions"])
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            dest="filters",
            metavar="NAME=VALUE",
            help="a filter of the report by its name in the address; may be repeated",
        )
        parser.add_argument("--columns", default="", help="csv: columns wanted, with commas")
        parser.add_argument("--output", type=Path, help="file to write; standard output if missing")

    def handle(self, *args: Any, **options: Any) -> None:
        filters = _filters(options["filters"])
        blocks = self._blocks(filters, options)
        if options["output"] is None:
            for block in blocks:
                self.stdout.write(block.decode(), ending="")
        else:
            _write(options["output"], blocks)

    def _blocks(self, filters: Filters, options: dict[str, Any]) -> Iterator[bytes]:
        question = question_of(filters)
        taking = Taking(by=None, now=timezone.now(), target=question.table.name, filters=filters)
        if options["format"] == "jsonl":
            if options["columns"]:
                raise CommandError("--columns is for csv")
            return (f"{line}\n".encode() for line in session_lines(question, taking))
        try:
            columns = ALL_SESSIONS.chosen([key for key in options["columns"].split(",") if key])
        except UnknownColumnError as error:
            raise CommandError(str(error)) from error
        return csv_of(question, taking, columns=columns, sort=None, limit_s=0)


def _filters(given: Sequence[str]) -> Filters:
    params = QueryDict(mutable=True)
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"`{text}` is not NAME=VALUE")
        params.appendlist(name, value)
    if not params.keys() & set(PARAMS):
        params["days"] = "all"
    filters, errors = Filters.from_params(params)
    if errors:
        raise CommandError("; ".join(errors.values()))
    return filters


def _write(path: Path, blocks: Iterator[bytes]) -> None:
    """All or nothing: the name appears when the content is whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(blocks)
        part.replace(path)
    except OSError as error:
        raise CommandError(f"`{path}` can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
