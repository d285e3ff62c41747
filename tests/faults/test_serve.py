"""Everything on one machine under one process; no way to end it leaves anything behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.faults.embedded import ROOT, processes, servers_of, wait_until

pytestmark = pytest.mark.faults
OWN_NAMES = ("ZERTIFY_", "DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(module: str, var: Path, port: int) -> subprocess.Popen[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(OWN_NAMES)}
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env={**inherited, "ZERTIFY_VAR": str(var), "ZERTIFY_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def family(session: int) -> set[int]:
    """Living processes that descend from a process, wherever they were moved to."""
    parents = {}
    for directory in Path("/proc").iterdir():
        if directory.name.isdigit():
            try:
                fields = (directory / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(directory.name)] = int(fields[1])
    found = {session}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {session}


def read_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if word in line:
            return seen
    raise AssertionError(f"ended without `{word}`:\n{seen}")


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve") / "v"


@pytest.fixture
def served(var: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = start("config.serve", var, port)
    try:
        read_until(process, "Zertify is at")
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
        wait_until(lambda: not servers_of(var), within_s=30, what="servers are left behind")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_process_is_left_however_it_ends(
    served: tuple[subprocess.Popen[str], int], var: Path, number: signal.Signals
) -> None:
    process, port = served
    with urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10) as response:
        assert b"Zertify" in response.read()
    children = family(process.pid)
    assert len(children) >= 4  # web and its worker, worker and its pool, beat
    process.send_signal(number)
    out, _ = process.communicate(timeout=40)
    assert process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 0), out
    wait_until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in children),
        within_s=20,
        what="children are left behind",
    )
    wait_until(lambda: not servers_of(var), within_s=20, what="servers are left behind")


def test_a_child_that_dies_ends_the_whole_and_says_which(
    served: tuple[subprocess.Popen[str], int],
) -> None:
    process, _ = served
    (beat,) = family(process.pid) & set(processes("config.celery beat"))
    os.kill(beat, signal.SIGKILL)
    out, _ = process.communicate(timeout=40)
    assert process.returncode == 1
    assert "the beat process ended" in out


def test_a_second_start_answers_within_ten_seconds(var: Path) -> None:
    port = free_port()
    began = time.monotonic()
    process = start("config.serve", var, port)
    try:
        read_until(process, "Zertify is at")
        assert time.monotonic() - began < 10
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=40)


@pytest.mark.parametrize("module", ["config.serve", "config.demo"])
def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path, module: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(module, tmp_path / "v", taken.getsockname()[1])
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "is taken" in out
    assert "ZERTIFY_PORT chooses another" in out
    assert "Traceback" not in out
    assert not (tmp_path / "v" / "postgresql").exists()
