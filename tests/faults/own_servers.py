"""PostgreSQL and Valkey of a test's own, which it may stop and start under a working worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

from config.embedded.places import Places
from config.embedded.servers import PostgreSQL, Valkey, stop
from tests.faults.embedded import ROOT, wait_until

OUTCOME = """
import json, django
django.setup()
from analyzer.models import Import
from tests.faults.ingesting import outcome
print(json.dumps(outcome(Import.objects.latest("pk")), default=str))
"""
EMPTY = """
import django
django.setup()
from tests.analyzer.ingest.conftest import empty_store
empty_store()
"""
END_TIMEOUT_S = 120


class OwnServers:
    """Both servers, and an import in their store."""

    def __init__(self, var: Path) -> None:
        places = Places(var.resolve())
        places.make()
        self.postgresql, self.valkey = PostgreSQL(places), Valkey(places)
        self.database, self.broker = self.postgresql.start(), self.valkey.start()
        self.environment: Mapping[str, str] = {
            **os.environ,
            "DATABASE_URL": self.postgresql.url,
            "CELERY_BROKER_URL": self.valkey.url,
            "ZERTIFY_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        self.run("manage.py", "migrate", "-v", "0")

    def run(self, *arguments: str) -> str:
        """Python with these arguments on these servers; returns what it printed."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=dict(self.environment), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def import_detached(self, dump: Path) -> None:
        self.run("manage.py", "ingest", "--detach", str(dump))

    def kill_database(self) -> None:
        """All its processes at once, without a checkpoint; then a new start with recovery."""
        self.database.send_signal(signal.SIGQUIT)
        self.database.wait()
        self.database = self.postgresql.start()

    def kill_broker(self) -> None:
        """With all that it held; then a new, empty one."""
        self.broker.kill()
        self.broker.wait()
        self.broker = self.valkey.start()

    def progress(self) -> tuple[str, int]:
        """State and records done of the newest import."""
        with psycopg.connect(self.postgresql.url) as connection:
            found = connection.execute(
                "SELECT state, records_done FROM analyzer_import ORDER BY id DESC LIMIT 1"
            ).fetchone()
        assert found
        return found

    def wait_for_batches(self) -> None:
        wait_until(lambda: self.progress()[1] > 0, within_s=60, what="no batch is stored")
        assert self.progress()[0] == "active"

    def wait_for_end(self) -> None:
        ended = {"complete", "failed", "canceled"}
        wait_until(
            lambda: self.progress()[0] in ended, within_s=END_TIMEOUT_S, what="it does not end"
        )

    def outcome(self) -> list[object]:
        """Counts of the newest import and digest of the store."""
        found: list[object] = json.loads(self.run("-c", OUTCOME))
        return found

    def empty(self) -> None:
        self.run("-c", EMPTY)

    def end(self) -> None:
        stop(self.broker)
        stop(self.database)
