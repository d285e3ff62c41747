"""Remove data by age, by days or altogether, and wait for the end."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analyzer.models import Prune
from analyzer.pruning import submit, work
from analyzer.pruning.claims import CLAIMS
from analyzer.pruning.errors import PruneError
from analyzer.queries import settings
from analyzer.queries.data import retention
from analyzer.queries.data.prunes import Asked, Going, going, parts_of


class Command(BaseCommand):
    help = (
        "Remove interval and connection records with all that only they refer to. Without --yes it"
        " only prints what would go. The command does the work itself, shows in the history, and"
        " can be canceled there; if it is killed, a worker goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--all", action="store_true", dest="everything", help="all data")
        what.add_argument("--older-than", type=int, metavar="DAYS", help="data before so many days")
        what.add_argument("--from", type=date.fromisoformat, dest="first", metavar="DAY")
        what.add_argument(
            "--retention", action="store_true", help="what is past its retention, as every day"
        )
        parser.add_argument("--to", type=date.fromisoformat, dest="last", metavar="DAY")
        parser.add_argument(
            "--system",
            action="append",
            default=[],
            metavar="SYSPLEX.SYSTEM",
            help="only of this system; again for more",
        )
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.now().date()
        asked = None if options["retention"] else self._asked(options)
        parts = (
            parts_of(asked, today=today)
            if asked
            else retention.parts(retention.saved(), today=today)
        )
        found = going(parts)
        for row in found:
            self.stdout.write(_line(row))
        if not found:
            self.stdout.write("nothing would go")
            return
        if not options["yes"]:
            self.stdout.write("nothing was removed: say --yes to do it")
            return
        self._prune(asked)

    def _prune(self, asked: Asked | None) -> None:
        now = timezone.now()
        try:
            prune = (
                submit.submit(asked=asked, by=None, now=now, detach=False)
                if asked
                else submit.retain(now=now)
            )
        except PruneError as error:
            raise CommandError(str(error)) from error
        if prune is None:
            raise CommandError("a prune by retention is at work already; the history shows it")
        try:
            work.run(prune.pk, progress=self._progress)
        except KeyboardInterrupt:
            CLAIMS.cancel(prune.pk, now=timezone.now())
            raise CommandError("canceled; what was removed is gone") from None
        prune.refresh_from_db()
        self.stdout.write(_end(prune))
        if prune.state == Prune.State.FAILED:
            raise CommandError(prune.error)

    def _progress(self, prune: Prune) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{prune.days_done} of {prune.days_planned} days")

    def _asked(self, options: dict[str, Any]) -> Asked:
        first, last, days = options["first"], options["last"], options["older_than"]
        if (first is None) != (last is None) or (first and first > last):
            raise CommandError("--from and --to go together, the earlier day first")
        if days is not None and days < 0:
            raise CommandError("--older-than takes a number of days")
        kind = Prune.Kind.ALL if options["everything"] else Prune.Kind.RANGE
        kind = kind if days is None else Prune.Kind.OLDER
        return Asked(kind, days, first, last, self._systems(options["system"]))

    def _systems(self, names: list[str]) -> list[int]:
        known = {f"{one.sysplex}.{one.system}": one.pk for one in settings.systems()}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise CommandError(f"`{unknown[0]}` is no system here; known are {', '.join(known)}")
        return [known[name] for name in names]


def _line(row: Going) -> str:
    counts = (
        f"{row.days} days, {_number(row.intervals)} interval records,"
        f" {_number(row.connections)} connection records, {_number(row.sessions)} security"
        " sessions left without activity"
    )
    size = f", about {(row.size_bytes >> 10):,} KB" if row.size_bytes is not None else ""
    return f"{row.name}: {counts}{size}"


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _end(prune: Prune) -> str:
    return (
        f"{prune.state}: {prune.days_done} days, {prune.intervals:,} interval records,"
        f" {prune.connections:,} connection records, {prune.sessions:,} security sessions,"
        f" {prune.servers:,} servers, {prune.protections:,} protections,"
        f" {prune.certificates:,} certificates removed"
    )
