"""Make an audit pack, or check one against the store, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analyzer import audit
from analyzer.exports.pack.contents import Made, Order, write_pack
from analyzer.exports.pack.verify import NoPackError, differences
from analyzer.management.moments import moment_of
from analyzer.management.named import named_query
from analyzer.management.taking_out import given_params, put_out, usable
from analyzer.queries import saved as reads
from analyzer.queries.filters import Filters
from analyzer.queries.packs.fixed import fixed


class Command(BaseCommand):
    help = (
        "make: write an audit pack of a saved query or of filters to a file. verify: make the pack"
        " anew from the store and say what differs; status 1 when something does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="what", required=True)
        make = parts.add_parser("make", help="write a pack")
        make.add_argument("name", nargs="?", default="", metavar="NAME", help="a saved query")
        make.add_argument("--owner", default="", help="whose, where several have that name")
        make.add_argument(
            "--filter",
            action="append",
            default=[],
            dest="filters",
            metavar="KEY=VALUE",
            help="instead of NAME: a filter of the report by its name in the address; repeatable",
        )
        make.add_argument("--title", default="", help="what the pack is called inside")
        make.add_argument("--output", type=Path, required=True, help="file to write")
        make.add_argument(
            "--as-of", default="", help="moment of making that stands inside (ISO 8601)"
        )
        make.add_argument("--by", default=audit.COMMAND_LINE, help="who made it, stands inside")
        verify = parts.add_parser("verify", help="check a pack against the store")
        verify.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "verify":
            self._verify(options["file"])
        else:
            self._make(options)

    def _make(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        order = _order(options, now)
        data = {"filters": order.fixed.to_params(), "as_of": order.as_of.isoformat()}
        audit.record(by=None, action="pack.make", target=order.title, now=now, data=data)
        made = Made()

        def write(file: IO[bytes]) -> None:
            nonlocal made
            made = write_pack(order, file, told=lambda name, done, total: None)

        put_out(write, out=self.stdout, output=options["output"])
        audit.record(
            by=None, action="export.done", target=order.title, now=now, data={"rows": made.rows}
        )
        for name, rows in made.rows.items():
            self.stdout.write(f"{name}: {rows} rows")

    def _verify(self, path: Path) -> None:
        try:
            found = differences(path)
        except NoPackError as error:
            raise CommandError(f"`{path}`: {error}") from error
        except OSError as error:
            raise CommandError(f"`{path}` can't be read: {error.strerror}") from error
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"`{path}` differs from the store")
        self.stdout.write("the store says the same, byte for byte")


def _order(options: dict[str, Any], now: datetime) -> Order:
    name, given = options["name"], options["filters"]
    if name and given:
        raise CommandError("give either the NAME of a saved query or --filter KEY=VALUE")
    as_of = moment_of(options["as_of"]) or now.replace(microsecond=0)
    if name:
        query = named_query(name, options["owner"])
        filters, title = usable(*reads.filters_of(query.params)), query.name
    else:
        filters = usable(*Filters.from_params(given_params(given, form="KEY=VALUE")))
        title = "Report"
    title = options["title"] or title
    return Order(title, filters.to_params(), fixed(filters, as_of=as_of), as_of, options["by"])
