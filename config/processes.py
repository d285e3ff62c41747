"""Web, worker and beat as children of one process that ends them together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from config.env import env_int, env_str
from config.parent import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
STOP_TIMEOUT_S = 15.0
READY_TIMEOUT_S = 60.0


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
    """The three programs, as argument lists."""
    host, port = address()
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    return {
        "web": [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
            *("--host", host, "--port", str(port), "--blocking-threads", "8", "--no-ws"),
            *("--log-level", "warning"),
        ],
        "worker": [
            *celery,
            *("worker", "-Q", "imports,default", "-l", "WARNING"),
            *("--without-gossip", "--without-mingle"),
        ],
        "beat": [*celery, "beat", "-l", "WARNING"],
    }


class Children:
    """Started programs; each in a group of its own: Ctrl-C reaches them through us alone."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str]) -> None:
        self.running[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def ended(self) -> str | None:
        """The name of a child that has ended."""
        return next(
            (name for name, child in self.running.items() if child.poll() is not None), None
        )

    def stop(self) -> None:
        """Ask all, wait, then kill what is left, with everything it started."""
        for child in self.running.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_TIMEOUT_S
        for child in self.running.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM and SIGHUP end us as Ctrl-C does."""
    raise KeyboardInterrupt


def wait_until_ready(children: Children) -> str:
    """The address, once the first page can be asked for."""
    host, port = address()
    url = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}/"  # noqa: S104  # compared, not bound
    until = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < until:
        ended = children.ended()
        if ended:
            raise ServeError(f"the {ended} process ended while starting")
        try:
            with urlopen(f"{url}health/ready", timeout=2):  # noqa: S310  # our own address
                return url
        except (URLError, OSError):
            time.sleep(0.1)
    raise ServeError(f"nothing answers at {url}")
