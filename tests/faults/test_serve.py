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

from config.restarts import Restarts
from tests.faults.embedded import ROOT, parent_of, processes, servers_of, wait_until
from tests.ports import free_port

pytestmark = pytest.mark.faults
OWN_NAMES = ("ZERTIFY_", "DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_")


def start(module: str, var: Path, port: int, **given: str) -> subprocess.Popen[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(OWN_NAMES)}
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env={**inherited, "ZERTIFY_VAR": str(var), "ZERTIFY_PORT": str(port), **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def change(var: Path, statement: str) -> None:
    """One statement in the database of a state directory."""
    code = f"""import os, psycopg; from config.embedded import provide; provide()
with psycopg.connect(os.environ["DATABASE_URL"]) as tables: tables.execute({statement!r})"""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(OWN_NAMES)}
    environment = {**inherited, "ZERTIFY_VAR": str(var)}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


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
    assert len(children) >= 6  # web and its worker, two workers and their pools, beat
    process.send_signal(number)
    out, _ = process.communicate(timeout=40)
    assert process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 0), out
    wait_until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in children),
        within_s=20,
        what="children are left behind",
    )
    wait_until(lambda: not servers_of(var), within_s=20, what="servers are left behind")


def answers(port: int) -> bool:
    """Whether the web server answers, and the database to it."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10) as response:
            return response.status == 200
    except OSError:
        return False


def children_of(process: subprocess.Popen[str], words: str) -> set[int]:
    """Our own children, not theirs, with these words in their command line."""
    own = {pid for pid in family(process.pid) if parent_of(pid) == process.pid}
    return own & set(processes(words))


def with_words(var: Path, words: str) -> set[int]:
    """Embedded servers of ours with these words in their command line."""
    return {pid for pid, line in servers_of(var).items() if words in line}


def kill_child(process: subprocess.Popen[str], words: str) -> None:
    """Kill it, and wait until there is another, or the end of the whole."""
    (killed,) = children_of(process, words)
    os.kill(killed, signal.SIGKILL)
    wait_until(
        lambda: process.poll() is not None or bool(children_of(process, words) - {killed}),
        within_s=30,
        what="not started again",
    )


@pytest.mark.parametrize(
    "words", ["granian", "worker -Q imports", "worker -Q default", "celery beat"]
)
def test_a_killed_child_is_started_again_and_what_it_had_started_is_gone(
    served: tuple[subprocess.Popen[str], int], words: str
) -> None:
    process, port = served
    (child,) = children_of(process, words)
    started = family(child)
    kill_child(process, words)
    assert process.poll() is None
    wait_until(lambda: answers(port), within_s=20, what="no page any more")
    wait_until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in started),
        within_s=20,
        what="what it had started is left behind",
    )


def test_a_child_that_ends_again_and_again_ends_the_whole_and_says_which(
    served: tuple[subprocess.Popen[str], int],
) -> None:
    process, _ = served
    for _ in range(Restarts().most + 1):
        kill_child(process, "celery beat")
    out, _ = process.communicate(timeout=40)
    assert process.returncode == 1
    assert "the beat process ended again and again" in out


@pytest.mark.parametrize("words", ["guardian", "postgres -D", "valkey-server"])
def test_pages_come_back_when_an_embedded_server_or_its_guardian_is_killed(
    served: tuple[subprocess.Popen[str], int], var: Path, words: str
) -> None:
    process, port = served
    (killed,) = with_words(var, words)
    os.kill(killed, signal.SIGKILL)
    wait_until(
        lambda: bool(with_words(var, words) - {killed}), within_s=30, what="not started again"
    )
    wait_until(lambda: answers(port), within_s=30, what="no page any more")
    assert process.poll() is None


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


def test_tables_of_another_version_are_one_plain_message(var: Path) -> None:
    port = free_port()
    columns = "django_migrations (app, name, applied)"
    change(var, f"INSERT INTO {columns} VALUES ('analyzer', '0000_of_another', now())")
    try:
        process = start("config.serve", var, port)
        out, _ = process.communicate(timeout=40)
    finally:
        change(var, "DELETE FROM django_migrations WHERE name = '0000_of_another'")
    assert process.returncode == 1
    assert "does not know the migration analyzer.0000_of_another" in out
    assert f"move {var / 'postgresql'} away" in out
    assert "Traceback" not in out


def test_it_starts_behind_a_proxy_with_another_name_and_with_one_in_the_environment(
    var: Path,
) -> None:
    port = free_port()
    given = {"ZERTIFY_HOSTS": "zertify.example", "http_proxy": "http://127.0.0.1:9"}
    process = start("config.serve", var, port, **given)
    try:
        assert f"http://localhost:{port}/" in read_until(process, "Zertify is at")
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
