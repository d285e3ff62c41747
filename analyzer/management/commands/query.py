"""Run a saved query, or one that is given by its filters, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analyzer import saved
from analyzer.exports.formats.registry import BY_NAME
from analyzer.exports.levels import question_of
from analyzer.exports.row_lines import row_lines
from analyzer.exports.rows import Rows, write_rows
from analyzer.exports.taking import Taking
from analyzer.management.named import named_query
from analyzer.management.taking_out import (
    Write,
    add_output,
    chosen_columns,
    chosen_format,
    given_params,
    put_out,
    usable,
)
from analyzer.models import SavedQuery
from analyzer.queries import saved as reads
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from analyzer.tables.columns import Column


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and what the audit log calls it."""

    filters: Filters
    tab: str
    words: str
    query: SavedQuery | None = None


class Command(BaseCommand):
    help = (
        "Write the rows of a saved query, or of the filters given. `tab` are the rows that running"
        " it shows: servers, foreign servers or EE peers; `sessions` are all security sessions,"
        " `certificates` those that they used. json is a list of objects; all formats have the"
        " columns of the table. Leaves entries in the audit log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="", metavar="NAME", help="a saved query")
        parser.add_argument("--owner", default="", help="whose, where several have that name")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            dest="filters",
            metavar="KEY=VALUE",
            help="instead of NAME: a filter of the report by its name in the address; repeatable",
        )
        parser.add_argument("--tab", choices=SavedQuery.Tab.values, help="with --filter: the tab")
        parser.add_argument("--rows", choices=["tab", "sessions", "certificates"], default="tab")
        parser.add_argument("--format", choices=["json", *BY_NAME], default="csv")
        add_output(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        asked, now = _asked(options), timezone.now()
        question = _question(asked, options["rows"], now)
        columns = chosen_columns(question, options)
        target = f"{asked.words}: {question.table.name}"
        taking = Taking(by=None, now=now, target=target, filters=asked.filters)
        write = _writing(question, taking, columns, options)
        put_out(write, out=self.stdout, output=options["output"])
        if asked.query is not None:
            saved.note_run(query=asked.query, now=now)


def _asked(options: dict[str, Any]) -> Asked:
    name, given = options["name"], options["filters"]
    if bool(name) == bool(given):
        raise CommandError("give either the NAME of a saved query or --filter KEY=VALUE")
    if not name:
        if options["owner"]:
            raise CommandError("--owner is for a saved query")
        filters = usable(*Filters.from_params(given_params(given, form="KEY=VALUE")))
        return Asked(filters, options["tab"] or str(SavedQuery.Tab.SERVERS), "filters")
    if options["tab"]:
        raise CommandError("--tab is for --filter: a saved query has its own")
    found = named_query(name, options["owner"])
    filters = usable(*reads.filters_of(found.params))
    return Asked(filters, found.tab, f"query {found.name} of {found.owner.username}", found)


def _question(asked: Asked, rows: str, now: datetime) -> Question:
    if rows == "certificates":
        return question_of(asked.filters, certificates_at=now)
    if rows == "sessions":
        return question_of(asked.filters)
    return question_of(asked.filters, role=reads.ROLES[asked.tab])


def _writing(
    question: Question, taking: Taking, columns: Sequence[Column], options: dict[str, Any]
) -> Write:
    if options["format"] == "json":

        def write_json(file: IO[bytes]) -> None:
            file.writelines(text.encode() for text in _json(question, taking, columns))

        return write_json
    chosen, rows = chosen_format(options), Rows(question, columns)

    def write(file: IO[bytes]) -> None:
        write_rows(rows, taking, file, chosen=chosen)

    return write


def _json(question: Question, taking: Taking, columns: Sequence[Column]) -> Iterator[str]:
    before = "[\n"
    for line in row_lines(question, taking, columns=columns):
        yield f"{before}{line}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
