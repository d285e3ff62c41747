"""Users of the embedded services as processes that can be killed, and what is left of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.places import Places

ROOT = Path(__file__).resolve().parent.parent.parent
USE = """
import dataclasses, json, sys, time
from pathlib import Path
from config.embedded import ensure
print(json.dumps(dataclasses.asdict(ensure(Path(sys.argv[1])))), flush=True)
time.sleep(float(sys.argv[2]))
"""


class ServiceUser:
    """A process that holds the services of one state directory."""

    def __init__(self, var: Path, *, hold_s: float = 300) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, str(var), str(hold_s)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def services(self) -> dict[str, str]:
        """Wait for the addresses."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        found: dict[str, str] = json.loads(line)
        return found

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate()


def processes(*needles: object) -> dict[int, str]:
    """Living processes whose command line has one of the texts: number -> command line."""
    found = {}
    for directory in Path("/proc").iterdir():
        if directory.name.isdigit() and int(directory.name) != os.getpid():
            try:
                line = (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if any(str(needle) in line for needle in needles):
                found[int(directory.name)] = line
    return found


def servers_of(var: Path) -> dict[int, str]:
    """The guardian and both servers of a state directory, with all their children."""
    places = Places(var.resolve())
    own = processes(f"guardian {places.var}", places.database, places.sockets)
    return own | {
        pid: line for parent in own for pid, line in processes("postgres:").items()
        if parent_of(pid) == parent
    }  # fmt: skip


def guardian_of(var: Path) -> int:
    (pid,) = processes(f"config.embedded.guardian {var.resolve()}")
    return pid


def wait_until(true: Callable[[], bool], *, within_s: float, what: str) -> None:
    until = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
