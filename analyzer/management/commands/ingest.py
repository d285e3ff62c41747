"""Import dumps from the command line, and wait for their end."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from analyzer.ingest import claims, intake, pipeline
from analyzer.ingest.errors import IntakeError
from analyzer.management.progress_bar import ProgressBar
from analyzer.models import Import
from smf.framing import Framing

_WAIT_S = 0.5
_TRIES = 5
_OPEN = (Import.State.PENDING, Import.State.ACTIVE)
_NOTHING: dict[str, object] = {
    "path": "",
    "state": Import.State.FAILED.value,
    "added": 0,
    "duplicate": 0,
    "ignored": {},
    "rejected": 0,
    "earliest": None,
    "latest": None,
    "seconds": 0.0,
}


class Command(BaseCommand):
    help = (
        "Import SMF dumps. The command does the work itself, by the rules of the workers: it needs "
        "none, shows in the history, and can be canceled there. If it is killed, a worker goes on "
        "behind the last whole batch. It reads any file that its user can read. Exit code 1 if "
        "any import failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)
        parser.add_argument(
            "--framing", choices=[one.value for one in Framing], default="", help="force a framing"
        )
        parser.add_argument("--comment", default="", help="shown in the history")
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object per file"
        )
        parser.add_argument(
            "--detach", action="store_true", help="leave the work to the workers, do not wait"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["detach"]:
            for path in options["paths"]:
                self._submit(path, options)
            return
        complete = [self._import(path, options) for path in options["paths"]]
        if not all(complete):
            failed = complete.count(False)
            raise CommandError(f"{failed} of {len(complete)} imports did not complete")

    def _submit(self, path: Path, options: dict[str, Any]) -> Import | str:
        """The import, or why there is none."""
        try:
            return intake.submit_command(
                path=path,
                now=timezone.now(),
                comment=options["comment"],
                forced_framing=options["framing"],
                detach=options["detach"],
            )
        except (IntakeError, OSError) as error:
            if options["detach"]:
                raise CommandError(str(error)) from error
            return str(error)

    def _import(self, path: Path, options: dict[str, Any]) -> bool:
        """Import one file and report on it; True when it is complete.

        Only now: what waits is taken up by workers, who may not be able to read it.
        """
        as_json, submitted = options["as_json"], self._submit(path, options)
        if isinstance(submitted, str):
            report, why = {**_NOTHING, "path": str(path)}, submitted
        else:
            found = self._wait(submitted, as_json)
            report, why = _report(path, found), _why(found)
        if not as_json:
            self.stdout.write(_sentence(report, why))
        else:
            self.stdout.write(json.dumps(report))
            if why:
                self.stderr.write(f"{_printable(path)}: {why}")
        return report["state"] == Import.State.COMPLETE

    def _wait(self, submitted: Import, as_json: bool) -> Import:
        try:
            return self._work(submitted, as_json)
        except KeyboardInterrupt:
            claims.cancel(import_id=submitted.pk, now=timezone.now())
            raise CommandError("canceled; the whole batches that were stored stay") from None

    def _work(self, submitted: Import, as_json: bool) -> Import:
        """Work on the import, or watch a worker that has taken it."""
        bar = ProgressBar(self.stderr) if not as_json and self.stderr.isatty() else None
        for tried in range(_TRIES):
            try:
                pipeline.run(submitted.pk, progress=bar)
                break
            except OperationalError:
                if tried + 1 == _TRIES:
                    raise
                time.sleep(2**tried)
            except Exception as error:
                pipeline.fail_ours(submitted.pk, f"unexpected error: {error!r}")
                raise
        while (found := Import.objects.get(pk=submitted.pk)).state in _OPEN:
            time.sleep(_WAIT_S)
        return found


def _report(path: Path, found: Import) -> dict[str, object]:
    """What `--json` prints, and no more: others read it."""
    started, finished = found.started_at or found.submitted_at, found.finished_at
    return {
        "path": str(path),
        "state": found.state,
        "added": found.added,
        "duplicate": found.duplicate,
        "ignored": found.ignored,
        "rejected": found.rejected,
        "earliest": found.earliest.isoformat() if found.earliest else None,
        "latest": found.latest.isoformat() if found.latest else None,
        "seconds": round((finished - started).total_seconds(), 3) if finished else None,
    }


def _why(found: Import) -> str:
    """What there is to say beside the counts."""
    tail = "the end is truncated" if found.truncated_tail else ""
    return ". ".join(filter(None, (tail, found.error, found.advice)))


def _sentence(report: dict[str, Any], why: str) -> str:
    ignored = sum(report["ignored"].values())
    counts = (
        f"{report['added']} added, {report['duplicate']} duplicate, {ignored} ignored, "
        f"{report['rejected']} rejected in {report['seconds']} s"
    )
    return f"{_printable(report['path'])}: {report['state']}, {counts}{why and f': {why}'}"


def _printable(path: Path | str) -> str:
    """The path on one line, whatever the file is called."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(path))
