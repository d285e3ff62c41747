"""Owns the embedded servers: `python -m config.embedded.guardian STATE_DIRECTORY`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from config.embedded import leases
from config.embedded.places import Places
from config.embedded.servers import PostgreSQL, Valkey, stop
from config.restarts import Restarts

POLL_S = 0.25
GRACE_S = 2.0


class StopRequestError(Exception):
    """A signal asked the guardian to end."""


def _raise_stop(number: int, frame: FrameType | None) -> None:
    raise StopRequestError


def _publish(places: Places, database: PostgreSQL, broker: Valkey) -> None:
    new = places.state.with_suffix(".new")
    new.write_text(json.dumps({"database_url": database.url, "broker_url": broker.url}))
    new.replace(places.state)


class Kept:
    """A server that is started again when it has ended."""

    def __init__(self, program: PostgreSQL | Valkey) -> None:
        self.program = program
        self.process = program.start()
        self.restarts = Restarts()

    def is_kept(self) -> bool:
        """False when it ends so often that starting it does not help."""
        if self.process.poll() is None:
            return True
        if not self.restarts.allow():
            return False
        name = type(self.program).__name__
        sys.stderr.write(f"{name} ended ({self.process.returncode}); starting it again\n")
        self.process = self.program.start()
        return True


def _watch(places: Places, servers: list[Kept]) -> None:
    """Return when nobody has needed the services for a while, or one of them can't be kept."""
    needed_at = time.monotonic()
    while all(server.is_kept() for server in servers):
        time.sleep(POLL_S)
        if leases.any_held(places.leases):
            needed_at = time.monotonic()
        elif time.monotonic() - needed_at > GRACE_S:
            # Nobody can start meanwhile; whoever came just before holds a lease by now.
            start = leases.lock(places.start_lock, wait=True)
            if not leases.any_held(places.leases):
                places.state.unlink(missing_ok=True)
                return
            if start is not None:
                start.close()
            needed_at = time.monotonic()


def main(var: Path) -> int:
    """Run both servers until nobody needs them."""
    places = Places(var)
    own = leases.lock(places.guardian_lock, wait=False)
    if own is None or os.fork():
        return 0  # the child has the lock and no parent that would have to wait for it
    servers: list[Kept] = []
    database, broker = PostgreSQL(places), Valkey(places)
    try:
        servers.append(Kept(database))
        servers.append(Kept(broker))
        _publish(places, database, broker)
        _watch(places, servers)
    except StopRequestError:
        pass
    finally:
        places.state.unlink(missing_ok=True)
        for server in reversed(servers):
            stop(server.process)
    return 0


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _raise_stop)
    sys.exit(main(Path(sys.argv[1])))
