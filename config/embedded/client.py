"""What a process does that needs the embedded services."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.embedded import leases
from config.embedded.places import Places

START_TIMEOUT_S = 60.0
POLL_S = 0.02
ROOT = Path(__file__).resolve().parent.parent.parent

# Kept for the life of the process: closing a file would give up its lease.
_held: dict[Path, IO[bytes]] = {}


class EmbeddedError(Exception):
    """The embedded services did not start; the message carries the end of their log."""


@dataclass(frozen=True, slots=True)
class Services:
    """Where the services answer."""

    database_url: str
    broker_url: str


def ensure(var: Path) -> Services:
    """Start the services of a state directory unless they run; hold them until the process ends."""
    places = Places(var.resolve())
    places.make()
    if places.var not in _held:
        _held[places.var] = leases.take(places.leases)
    start = leases.lock(places.start_lock, wait=True)
    try:
        return _reach(places)
    finally:
        if start is not None:
            start.close()


def release(var: Path) -> None:
    """Give up this process's lease early (tests; a process that ends need not call it)."""
    lease = _held.pop(var.resolve(), None)
    if lease is not None:
        lease.close()


def _spawn(places: Places) -> subprocess.Popen[bytes]:
    with (places.log / "guardian.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "config.embedded.guardian", str(places.var)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _reach(places: Places) -> Services:
    """The running services; a guardian that is just ending is waited for and followed."""
    guardian: subprocess.Popen[bytes] | None = None
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until:
        if guardian is None and not leases.is_held(places.guardian_lock):
            places.state.unlink(missing_ok=True)
            guardian = _spawn(places)
        elif guardian is not None and guardian.poll() is not None:
            break
        elif places.state.exists():
            return Services(**json.loads(places.state.read_text(encoding="utf-8")))
        time.sleep(POLL_S)
    raise EmbeddedError(
        f"the embedded services under {places.var} did not start:\n{_log_end(places)}"
    )


def _log_end(places: Places) -> str:
    lines = []
    for path in sorted(places.log.glob("*.log")):
        lines += [
            f"{path.name}: {line}" for line in path.read_text(errors="replace").splitlines()[-5:]
        ]
    return "\n".join(lines)
