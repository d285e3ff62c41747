"""What a process does that needs the embedded services."""

from __future__ import annotations

import atexit
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
LEAVE_TIMEOUT_S = 10.0
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
    try:
        places.make()
        if places.var not in _held:
            _held[places.var] = leases.take(places.leases)
        start = leases.lock(places.start_lock, wait=True)
    except OSError as error:
        raise EmbeddedError(
            f"the state directory {places.var} can't be used ({error.strerror or error}); "
            "ZERTIFY_VAR chooses another"
        ) from error
    try:
        return _reach(places)
    finally:
        if start is not None:
            start.close()


def renew() -> None:
    """Start the services again that this process holds, if their guardian was killed."""
    for var in list(_held):
        ensure(var)


@atexit.register
def release() -> None:
    """Give up the leases; a process that is killed loses them all the same."""
    while _held:
        _held.popitem()[1].close()


def leave() -> None:
    """Give up the leases, and wait for the end of services that nobody else needs."""
    left = [Places(var) for var in _held]
    release()
    until = time.monotonic() + LEAVE_TIMEOUT_S
    for places in left:
        while (
            time.monotonic() < until
            and leases.is_held(places.guardian_lock)
            and not leases.any_held(places.leases)
        ):
            time.sleep(POLL_S)


def _reach(places: Places) -> Services:
    """The running services; a guardian that is just ending is waited for and followed."""
    until = time.monotonic() + START_TIMEOUT_S
    spawned = False
    while time.monotonic() < until:
        if leases.is_held(places.guardian_lock):
            if places.state.exists():
                return Services(**json.loads(places.state.read_text(encoding="utf-8")))
            time.sleep(POLL_S)
        elif spawned:
            break
        else:
            places.state.unlink(missing_ok=True)
            _spawn(places)
            spawned = True
    raise EmbeddedError(
        f"the embedded services under {places.var} did not start:\n{_log_end(places)}"
    )


def _spawn(places: Places) -> None:
    """Start a guardian; it has its lock and is nobody's child any more when this returns."""
    with (places.log / "guardian.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "config.embedded.guardian", str(places.var)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=False,
        )


def _log_end(places: Places) -> str:
    lines = []
    for path in sorted(places.log.glob("*.log")):
        lines += [
            f"{path.name}: {line}" for line in path.read_text(errors="replace").splitlines()[-5:]
        ]
    return "\n".join(lines)
