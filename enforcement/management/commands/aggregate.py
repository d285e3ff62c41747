"""Interval records (subtype 12) from connection records (subtype 11), of dumps or of the store."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from designer.management.policy_inputs import unusable
from enforcement.aggregation.aggregator import Aggregator
from enforcement.aggregation.errors import IntervalError
from enforcement.aggregation.recording import Recording
from enforcement.management.of_store import day, of_store
from enforcement.management.once import Once
from smf.encode.summary import Z32, SummaryRecord, encode_summary
from smf.errors import SmfError
from smf.reader import DumpReader

Options = Mapping[str, Any]


class Command(BaseCommand):
    help = (
        "Do what zERT aggregation does: read connection records (SMF 119 subtype 11) and make the"
        " records of security sessions (subtype 12). With --dump and --out: from dumps, read in the"
        " order given, each record once, to a dump; opens no database. With --store: from the"
        " store, by day and stack, to an import; days that have interval records are refused."
        " Ends with 2 when a file can't be read or written, nothing is to be made or the command"
        " was used wrongly."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dump", nargs="+", dest="dumps", metavar="DUMP")
        parser.add_argument("--out", metavar="OUT.smf")
        parser.add_argument("--store", action="store_true", help="instead of --dump and --out")
        parser.add_argument("--from", type=day, dest="from_day", metavar="DAY", help="with --store")
        parser.add_argument("--to", type=day, dest="to_day", metavar="DAY", help="with --store")
        parser.add_argument(
            "--stack",
            nargs=3,
            action="append",
            dest="stacks",
            metavar=("SYSPLEX", "SYSTEM", "STACK"),
            help="with --store; as often as there are; default: those without interval records",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="with --store: say what would be made"
        )
        parser.add_argument(
            "--smf", type=int, default=30, metavar="MINUTES", help="SMF interval; default: 30"
        )
        parser.add_argument("--intval", type=int, metavar="HOURS", help="instead of --smf")
        parser.add_argument("--syncval", metavar="HH:MM", help="with --intval; default: 00:00")

    def handle(self, *args: Any, **options: Any) -> None:
        recording, is_of_store = _recording(options), options["store"]
        _refuse_mixed(options)
        if is_of_store:
            for line in of_store(recording, options):
                self.stdout.write(line)
            return
        aggregator, count = Aggregator(recording), 0
        try:
            with Path(options["out"]).open("wb") as out:
                for record in _records(aggregator, options["dumps"]):
                    out.write(encode_summary(record, Z32))
                    count += 1
        except OSError as error:
            raise unusable(f"{options['out']}: {error.strerror or error}") from error
        self.stdout.write(f"{options['out']}: {count} interval records")


def _refuse_mixed(options: Options) -> None:
    of_dumps = [name for name in ("dumps", "out") if options[name]]
    of_stored = [name for name in ("from_day", "to_day", "stacks", "dry_run") if options[name]]
    if options["store"] and of_dumps:
        raise unusable("--store goes without --dump and --out")
    if not options["store"] and of_stored:
        raise unusable("--from, --to, --stack and --dry-run go with --store")
    if not options["store"] and len(of_dumps) < 2:
        raise unusable("--dump and --out are needed, or --store")


def _recording(options: Options) -> Recording:
    hours, clock = options["intval"], options["syncval"]
    if clock is not None and hours is None:
        raise unusable("--syncval goes with --intval")
    try:
        if hours is None:
            return Recording.smf(options["smf"])
        return Recording.intval(hours, "00:00" if clock is None else clock)
    except IntervalError as error:
        raise unusable(str(error)) from error


def _records(aggregator: Aggregator, dumps: list[str]) -> Iterator[SummaryRecord]:
    once = Once()
    for name in dumps:
        try:
            with DumpReader(Path(name)) as reader:
                for batch in reader:
                    yield from aggregator.add(*once.take(batch))
        except (SmfError, OSError) as error:
            raise unusable(f"{name}: {getattr(error, 'strerror', '') or error}") from error
    yield from aggregator.finish()
