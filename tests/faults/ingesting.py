"""Processes that work on an import, and what they leave in the store."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.utils import timezone

from analyzer.ingest import intake
from analyzer.models import Import
from tests.analyzer.ingest.conftest import digest_of_store
from tests.builders.site_dumps import write_dump

ROOT = Path(__file__).resolve().parents[2]
COUNTS = ("state", "added", "duplicate", "ignored", "rejected", "earliest", "latest")
ENDED = {Import.State.COMPLETE, Import.State.FAILED, Import.State.CANCELED}
WORK = """
import sys, django
django.setup()
from analyzer.ingest import pipeline
print("ready", flush=True)
pipeline.run(int(sys.argv[1]), batch_bytes=1 << 18)
"""


def make_dump(path: Path, *, sessions: int = 1_500, intervals: int = 30) -> int:
    return write_dump(path, sessions=sessions, intervals=intervals, first=date(2026, 3, 1))


def submit(path: Path, *, detach: bool = False) -> Import:
    """An import; only when detached do the workers get it."""
    return intake.submit_command(path=path, now=timezone.now(), detach=detach)


def wait_for(imported: Import, ready: Callable[[Import], bool], timeout_s: float = 90) -> None:
    """Return when the row is as wanted."""
    until = time.monotonic() + timeout_s
    while True:
        imported.refresh_from_db()
        if ready(imported):
            return
        assert time.monotonic() < until, (imported.state, imported.error, imported.records_done)
        time.sleep(0.01)


def wait_for_end(imported: Import) -> None:
    wait_for(imported, lambda found: found.state in ENDED)


def start_work(imported: Import, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A process that goes on with the import; returns when it is about to."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, str(imported.pk)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    return process


def outcome(imported: Import) -> tuple[object, ...]:
    """Counts of the import and digest of the store."""
    imported.refresh_from_db()
    return (*(getattr(imported, name) for name in COUNTS), digest_of_store())
