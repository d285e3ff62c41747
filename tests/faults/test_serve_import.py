"""Everything on one machine ends in the middle of an import: at once, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config.embedded.places import Places
from tests.faults.embedded import ROOT, ServiceUser, servers_of, wait_until
from tests.faults.ingesting import make_dump
from tests.faults.test_serve import OWN_NAMES, read_until, start
from tests.ports import free_port

pytestmark = pytest.mark.faults


def ask(url: str, question: str) -> tuple[object, ...]:
    with psycopg.connect(url) as connection:
        found = connection.execute(question).fetchone()
    assert found
    return found


def test_ctrl_c_waits_for_no_import_and_leaves_whole_batches_and_no_process(
    tmp_path: Path,
) -> None:
    var, dump = tmp_path / "v", tmp_path / "site.smf"
    make_dump(dump, sessions=12_000, intervals=60)
    served = start("config.serve", var, free_port())
    try:
        read_until(served, "Zertify is at")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(OWN_NAMES)}
        subprocess.run(
            [sys.executable, "manage.py", "ingest", "--detach", str(dump)],
            cwd=ROOT,
            env={**inherited, "ZERTIFY_VAR": str(var)},
            check=True,
        )
        url = json.loads(Places(var.resolve()).state.read_text())["database_url"]
        progress = "SELECT records_done FROM analyzer_import"
        wait_until(lambda: ask(url, progress) > (0,), within_s=60, what="no batch is stored")
    finally:
        served.send_signal(signal.SIGINT)
        out, _ = served.communicate(timeout=60)
    assert served.returncode == 0, out
    assert not servers_of(var)
    user = ServiceUser(var)
    try:
        url = user.services()["database_url"]
        state, added = ask(url, "SELECT state, added FROM analyzer_import")
        assert state == "active"  # for the next worker
        assert ask(url, "SELECT count(*) FROM analyzer_activity") == (added,)
    finally:
        user.end()
        wait_until(lambda: not servers_of(var), within_s=20, what="servers are left behind")
