"""A lost database connection, and Ctrl-C, in the middle of an import."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from analyzer.ingest import pipeline
from analyzer.models import Activity, Import
from tests.analyzer.ingest.conftest import empty_store
from tests.faults.ingesting import ROOT, make_dump, outcome, start_work, submit
from tests.faults.moments import DOINGS, await_doing

pytestmark = pytest.mark.faults
END_OTHERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def wait_for_rows(timeout_s: float = 30) -> None:
    until = time.monotonic() + timeout_s
    while not Activity.objects.exists():
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.mark.parametrize("doing", [one for one in DOINGS if one != "anything"])
def test_a_lost_connection_hands_the_import_back_and_the_next_try_completes_it(
    transactional_db: None, process_environment: dict[str, str], tmp_path: Path, doing: str
) -> None:
    dump = tmp_path / "site.smf"
    make_dump(dump, sessions=3_000)
    empty_store()
    imported = submit(dump)
    process = start_work(imported, process_environment)
    wait_for_rows()
    await_doing(doing)
    with connection.cursor() as cursor:
        cursor.execute(END_OTHERS)
        assert cursor.fetchone()[0] in {1, 2}  # the work, and its signs of life
    assert process.wait(30) != 0
    imported.refresh_from_db()
    assert (imported.state, imported.finished_at) == (Import.State.PENDING, None)
    assert 0 < imported.added < 90_000
    assert pipeline.run(imported.pk)
    found = outcome(imported)
    empty_store()
    calm = submit(dump)
    pipeline.run(calm.pk)
    assert found == outcome(calm)


def test_ctrl_c_cancels_the_import_of_the_command_and_leaves_whole_batches(
    transactional_db: None, process_environment: dict[str, str], tmp_path: Path
) -> None:
    dump = tmp_path / "site.smf"
    make_dump(dump, sessions=12_000)
    empty_store()
    command = [sys.executable, "manage.py", "ingest", str(dump)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=process_environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for_rows()
    process.send_signal(signal.SIGINT)
    assert process.wait(30) != 0
    imported = Import.objects.get()
    assert imported.state == Import.State.CANCELED
    assert 0 < imported.added == Activity.objects.count()
