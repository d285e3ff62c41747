"""Take rows away from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analyzer.exports.formats.registry import BY_NAME
from analyzer.exports.levels import Level, question_of
from analyzer.exports.rows import Rows, write_rows
from analyzer.exports.session_lines import session_lines
from analyzer.exports.taking import Taking
from analyzer.management.taking_out import (
    add_output,
    chosen_columns,
    chosen_format,
    given_params,
    put_out,
    usable,
)
from analyzer.queries.filters import Filters
from analyzer.queries.terms.period import PARAMS


class Command(BaseCommand):
    help = (
        "Write all security sessions, or all certificates in use; all days unless filtered. jsonl:"
        " one JSON object a line, of sessions each with its labels and, under `raw`, the codes and"
        " summed counters of the records. The other formats have the columns of the table. Leaves"
        " entries in the audit log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["sessions", "certificates"])
        parser.add_argument(
            "--format", choices=[*BY_NAME], default="jsonl", help="jsonl unless given"
        )
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            dest="filters",
            metavar="NAME=VALUE",
            help="a filter of the report by its name in the address; may be repeated",
        )
        add_output(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        filters, now = _filters(options["filters"]), timezone.now()
        question = question_of(filters, **_level(options["what"], now))
        taking = Taking(by=None, now=now, target=question.table.name, filters=filters)
        chosen = chosen_format(options)
        if options["what"] == "sessions" and chosen.format.name == "jsonl":
            if options["columns"]:
                raise CommandError("--columns is for csv, parquet and xlsx of sessions")
            lines = session_lines(question, taking)

            def write(file: IO[bytes]) -> None:
                file.writelines(f"{line}\n".encode() for line in lines)
        else:
            rows = Rows(question, chosen_columns(question, options))

            def write(file: IO[bytes]) -> None:
                write_rows(rows, taking, file, chosen=chosen)

        put_out(write, out=self.stdout, output=options["output"])


def _level(what: str, now: datetime) -> Level:
    return {"certificates_at": now} if what == "certificates" else {}


def _filters(given: list[str]) -> Filters:
    params = given_params(given)
    if not params.keys() & set(PARAMS):
        params["days"] = "all"
    return usable(*Filters.from_params(params))
