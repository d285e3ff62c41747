"""Read again the dumps that an older decoder has read."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analyzer.ingest import pipeline
from analyzer.models import Import, Prune
from analyzer.pruning import work
from analyzer.queries.data.renewals import outdated
from analyzer.renewal import finish, renew_all


class Command(BaseCommand):
    help = (
        "Read again the imports that an older decoder has read and whose dumps are still there;"
        " their records take the place of the older ones. Without --yes it only lists them. The"
        " command does the work itself; if it is killed, a worker goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do it")
        parser.add_argument("--detach", action="store_true", help="leave the work to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            found = outdated(confined=False)
            for one in found:
                self.stdout.write(f"{one.imported.name}: {one.why or 'can be read again'}")
            self.stdout.write(f"{len(found)} imports of an older decoder; nothing was done")
            return
        # What waits is taken up by workers: what the operator alone may read is not left to them.
        detach = options["detach"]
        renewed = renew_all(by=None, now=timezone.now(), detach=detach, confined=detach)
        for imported, why in renewed.refused:
            self.stdout.write(f"{imported.name}: {why}")
        if detach:
            self.stdout.write(f"{len(renewed.taken)} imports submitted")
            return
        failed = [one for one in renewed.taken if not self._read(one)]
        for prune in Prune.objects.filter(kind=Prune.Kind.LEFTOVERS, state=Prune.State.PENDING):
            work.run(prune.pk)
        if failed:
            raise CommandError(f"{len(failed)} of {len(renewed.taken)} imports did not complete")

    def _read(self, imported: Import) -> bool:
        pipeline.run(imported.pk)
        imported.refresh_from_db()
        finish(import_id=imported.pk, now=timezone.now())
        self.stdout.write(
            f"{imported.name}: {imported.state}, {imported.added} added,"
            f" {imported.duplicate} duplicate {imported.error}".rstrip()
        )
        return imported.state == Import.State.COMPLETE
