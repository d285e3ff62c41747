"""Write a cryptography bill of materials from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analyzer.exports.cbom.bill import FORMS
from analyzer.exports.cbom.taken import take_bill
from analyzer.exports.taking import Taking
from analyzer.management.moments import moment_of
from analyzer.management.named import named_query
from analyzer.management.taking_out import given_params, put_out, usable
from analyzer.queries import saved as reads
from analyzer.queries.cbom.used import TooManyError
from analyzer.queries.filters import Filters
from web.budget import OutOfTimeError


class Command(BaseCommand):
    help = (
        "Write a cryptography bill of materials (CycloneDX 1.6) of a saved query or of filters: the"
        " servers, protocols, algorithms, keys and certificates that were used. Leaves entries in"
        " the audit log."
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
        parser.add_argument("--format", choices=[*FORMS], default="json")
        parser.add_argument("--as-of", default="", help="moment that stands inside (ISO 8601)")
        parser.add_argument("--output", type=Path, help="file to write; standard output if missing")

    def handle(self, *args: Any, **options: Any) -> None:
        taking = Taking(by=None, now=timezone.now(), target="cbom", filters=_filters(options))
        try:
            _, content = take_bill(
                taking, form=options["format"], as_of=moment_of(options["as_of"])
            )
        except (TooManyError, OutOfTimeError) as error:
            raise CommandError(str(error)) from error

        def write(file: IO[bytes]) -> None:
            file.write(content)

        put_out(write, out=self.stdout, output=options["output"])


def _filters(options: dict[str, Any]) -> Filters:
    name, given = options["name"], options["filters"]
    if name and given:
        raise CommandError("give either the NAME of a saved query or --filter KEY=VALUE")
    if name:
        return usable(*reads.filters_of(named_query(name, options["owner"]).params))
    return usable(*Filters.from_params(given_params(given, form="KEY=VALUE")))
