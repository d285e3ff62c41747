"""Run a saved query, or one that is given by its filters, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone

from analyzer import saved
from analyzer.exports.csv_file import Taking, csv_of
from analyzer.exports.levels import question_of
from analyzer.exports.row_lines import row_lines
from analyzer.models import SavedQuery
from analyzer.queries import saved as reads
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from analyzer.tables.columns import Column, UnknownColumnError


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
        " it shows: servers, foreign servers or EE peers; `sessions` are all security sessions."
        " csv: the columns of the table. json: a list of objects with the same keys. Leaves an"
        " entry in the audit log."
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
        parser.add_argument("--rows", choices=["tab", "sessions"], default="tab")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")
        parser.add_argument("--columns", default="", help="columns wanted, with commas")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = _asked(options)
        question = _question(asked, options["rows"])
        keys = [key for key in options["columns"].split(",") if key]
        try:
            columns = question.table.chosen(keys)
        except UnknownColumnError as error:
            raise CommandError(str(error)) from error
        target = f"{asked.words}: {question.table.name}"
        taking = Taking(by=None, now=timezone.now(), target=target, filters=asked.filters)
        for text in _texts(question, taking, columns, options["format"]):
            self.stdout.write(text, ending="")
        if asked.query is not None:
            saved.note_run(query=asked.query, now=taking.now)


def _asked(options: dict[str, Any]) -> Asked:
    name, given = options["name"], options["filters"]
    if bool(name) == bool(given):
        raise CommandError("give either the NAME of a saved query or --filter KEY=VALUE")
    if not name:
        if options["owner"]:
            raise CommandError("--owner is for a saved query")
        filters = _usable(*Filters.from_params(_params(given)))
        return Asked(filters, options["tab"] or str(SavedQuery.Tab.SERVERS), "filters")
    if options["tab"]:
        raise CommandError("--tab is for --filter: a saved query has its own")
    found = _named(name, options["owner"])
    filters = _usable(*reads.filters_of(found.params))
    return Asked(filters, found.tab, f"query {found.name} of {found.owner.username}", found)


def _named(name: str, owner: str) -> SavedQuery:
    found = [one for one in reads.named(name) if owner in {"", one.owner.username}]
    if not found:
        of_owner = f" of `{owner}`" if owner else ""
        raise CommandError(f"there is no saved query `{name}`{of_owner}")
    if len(found) > 1:
        owners = ", ".join(one.owner.username for one in found)
        raise CommandError(f"several have a query `{name}`: say --owner, one of {owners}")
    return found[0]


def _params(given: Sequence[str]) -> QueryDict:
    params = QueryDict(mutable=True)
    for text in given:
        key, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"`{text}` is not KEY=VALUE")
        params.appendlist(key, value)
    return params


def _usable(filters: Filters, errors: dict[str, str]) -> Filters:
    """Filters that can't be used match nothing; a script must hear of it."""
    if errors:
        raise CommandError("; ".join(errors.values()))
    return filters


def _question(asked: Asked, rows: str) -> Question:
    if rows == "sessions":
        return question_of(asked.filters)
    return question_of(asked.filters, role=reads.ROLES[asked.tab])


def _texts(
    question: Question, taking: Taking, columns: Sequence[Column], form: str
) -> Iterator[str]:
    if form == "csv":
        blocks = csv_of(question, taking, columns=columns, sort=None, limit_s=0)
        yield from (block.decode() for block in blocks)
        return
    before = "[\n"
    for line in row_lines(question, taking, columns=columns):
        yield f"{before}{line}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
