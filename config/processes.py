"""Web, workers and beat as children of one process that ends them together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import OK, HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from django.http.request import validate_host

from config.addresses import bracketed
from config.env import env_bool, env_int, env_of_child, env_str
from config.parent import die_with_parent
from config.restarts import Restarts

ROOT = Path(__file__).resolve().parent.parent
STOP_TIMEOUT_S = 15.0
READY_TIMEOUT_S = 60.0
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared, not bound
# Python runs one thread of a process at a time: two processes share the work of many people. Pages
# and exports wait for PostgreSQL most of the time: more threads than cores is meant.
WEB_WORKERS = 2
WEB_THREADS = 8
# No end waits for an import's end, which goes on from its last whole batch (a variable of Celery).
STOP_AT_ONCE = {"REMAP_SIGTERM": "SIGQUIT"}
TALKATIVE = {
    "worker",
    "errands",
    "beat",
}  # log to standard error, and chat about signals on the other
# Whoever runs this as root was told so by the documents.
AS_ROOT = "ignore:You're running the worker with superuser privileges"


class ServeError(Exception):
    """Zertify can't serve; the message says why in plain words."""


def address() -> tuple[str, int]:
    """Host and port to listen on."""
    return env_str("ZERTIFY_HOST", "127.0.0.1"), env_int("ZERTIFY_PORT", 8000, at_least=1)


def require_free_port() -> None:
    """Say who is in the way before anything is started."""
    host, port = address()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(
                f"port {port} on {host} is taken ({error.strerror}); ZERTIFY_PORT chooses another"
            ) from error


def commands() -> Mapping[str, list[str]]:
    """The programs, as argument lists; they speak only when something is wrong.

    Imports and prunes have a worker of their own, so that watches, schedules and messages never
    wait until one of them has ended.
    """
    host, port = address()
    celery = [sys.executable, "-W", AS_ROOT, "-m", "celery", "-q", "-A", "config.celery"]
    return {
        "web": [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
            *("--host", host, "--port", str(port), "--workers", str(WEB_WORKERS)),
            *("--blocking-threads", str(WEB_THREADS), "--no-ws", "--log-level", "error"),
        ],
        "worker": [*celery, *_worker("imports")],
        "errands": [
            *celery,
            *_worker("default"),
            *("-c", str(env_int("ZERTIFY_ERRANDS", 2, at_least=1))),
        ],
        "beat": [*celery, "beat", "-l", "WARNING"],
        **({"live": [sys.executable, "manage.py", "live"]} if env_bool("ZERTIFY_LIVE") else {}),
    }


def _worker(queue: str) -> list[str]:
    """A worker of one queue; two on one machine need names of their own."""
    return [
        *("worker", "-Q", queue, "-n", f"{queue}@%h", "-l", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


class Children:
    """Started programs; each in a group of its own: Ctrl-C reaches them through us alone."""

    def __init__(self, programs: Mapping[str, list[str]]) -> None:
        self.programs = programs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts = {name: Restarts() for name in programs}

    def start(self, *names: str) -> None:
        """These programs; without names all that do not run yet."""
        for name in names or [one for one in self.programs if one not in self.running]:
            self._start(name)

    def ended(self) -> list[str]:
        """Names of children that have ended."""
        return [name for name, child in self.running.items() if child.poll() is not None]

    def mend(self) -> None:
        """Start again what has ended; raises when that does not help."""
        for name in self.ended():
            if not self.restarts[name].allow():
                raise ServeError(f"the {name} process ended again and again")
            sys.stderr.write(f"zertify: the {name} process ended; starting it again\n")
            _kill_group(self.running[name])
            self._start(name)

    def stop(self) -> None:
        """Ask all, wait, then kill what is left, with everything it started."""
        for child in self.running.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_TIMEOUT_S
        for child in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
            _kill_group(child)
            child.wait()

    def _start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(
            self.programs[name],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if name in TALKATIVE else None,
            env=env_of_child(STOP_AT_ONCE),
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )


def _kill_group(leader: subprocess.Popen[bytes]) -> None:
    """Nothing that a program started outlives it."""
    with suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)


def interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM and SIGHUP end us as Ctrl-C does."""
    raise KeyboardInterrupt


def wait_until_ready(children: Children, allowed_hosts: Sequence[str]) -> str:
    """The address to show, once the first page can be asked for."""
    host, port = address()
    own = WILDCARDS.get(host, host)
    shown = "localhost" if own in WILDCARDS.values() else bracketed(own)
    # Behind a proxy, requests may ask for the proxy's name only.
    name = next(
        (one for one in (shown, *allowed_hosts) if validate_host(one, allowed_hosts)), shown
    )
    until = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < until:
        for name in children.ended():
            raise ServeError(f"the {name} process ended while starting")
        if is_ready(own, port, name):
            return f"http://{shown}:{port}/"
        time.sleep(0.1)
    raise ServeError(f"nothing answers on port {port} of {own}")


def is_ready(host: str, port: int, name: str) -> bool:
    """Asked directly: a proxy of the environment is for other hosts than our own."""
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health/ready", headers={"Host": name})
        return connection.getresponse().status == OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
