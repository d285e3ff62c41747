"""What a server that was not stopped cleanly leaves behind: processes and a lock file."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

WAIT_S = 30.0


def clear(database: Path) -> None:
    """Wait for PostgreSQL's processes on this directory to end; forget a lock file of one gone."""
    pid_file = database / "postmaster.pid"
    until = time.monotonic() + WAIT_S
    while pid_file.exists():
        pid = _first_number(pid_file)
        if pid is None or not _runs(pid, str(database)):
            pid_file.unlink(missing_ok=True)
            break
        _send(pid, signal.SIGINT if time.monotonic() < until else signal.SIGKILL)
        time.sleep(0.1)
    # Sessions outlive a killed server for a moment, and a new one would find their shared memory.
    while (pids := _working_in(database)) and time.monotonic() < until:
        time.sleep(0.05)
    for pid in pids:
        _send(pid, signal.SIGKILL)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it may end on its own at any moment
        os.kill(pid, number)


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _runs(pid: int, argument: str) -> bool:
    try:
        return argument.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _working_in(database: Path) -> list[int]:
    """PostgreSQL's processes, which all have its directory as their own."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with suppress(OSError):
                if (process / "cwd").readlink() == database and _runs(
                    int(process.name), "postgres"
                ):
                    found.append(int(process.name))
    return found
