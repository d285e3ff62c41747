"""Interval records (subtype 12) from connection records (subtype 11). Needs no database."""

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
from enforcement.management.once import Once
from smf.encode.summary import Z32, SummaryRecord, encode_summary
from smf.errors import SmfError
from smf.reader import DumpReader

Options = Mapping[str, Any]


class Command(BaseCommand):
    help = (
        "Do what zERT aggregation does: read connection records (SMF 119 subtype 11) of dumps and"
        " write the records of security sessions (subtype 12), which an import takes. Dumps are"
        " read in the order given, and each record counts once. Opens no database. Ends with 2"
        " when a file can't be read or written or the command was used wrongly."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dump", nargs="+", required=True, dest="dumps", metavar="DUMP")
        parser.add_argument("--out", required=True, metavar="OUT.smf")
        parser.add_argument(
            "--smf", type=int, default=30, metavar="MINUTES", help="SMF interval; default: 30"
        )
        parser.add_argument("--intval", type=int, metavar="HOURS", help="instead of --smf")
        parser.add_argument("--syncval", default="00:00", metavar="HH:MM", help="with --intval")

    def handle(self, *args: Any, **options: Any) -> None:
        aggregator = Aggregator(_recording(options))
        count = 0
        try:
            with Path(options["out"]).open("wb") as out:
                for record in _records(aggregator, options["dumps"]):
                    out.write(encode_summary(record, Z32))
                    count += 1
        except OSError as error:
            raise unusable(f"{options['out']}: {error.strerror or error}") from error
        self.stdout.write(f"{options['out']}: {count} interval records")


def _recording(options: Options) -> Recording:
    try:
        if options["intval"] is None:
            return Recording.smf(options["smf"])
        return Recording.intval(options["intval"], options["syncval"])
    except IntervalError as error:
        raise unusable(str(error)) from error


def _records(aggregator: Aggregator, dumps: list[str]) -> Iterator[SummaryRecord]:
    once = Once()
    for name in dumps:
        try:
            with DumpReader(Path(name)) as reader:
                for batch in reader:
                    yield from aggregator.add(once.take(batch.connections), batch.coverage)
        except (SmfError, OSError) as error:
            raise unusable(f"{name}: {getattr(error, 'strerror', '') or error}") from error
    yield from aggregator.finish()
