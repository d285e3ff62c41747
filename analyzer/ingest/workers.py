"""Names of workers: one for each claim, that tells whether its process is still there."""

from __future__ import annotations

import os
import secrets
import socket
from hashlib import blake2b
from pathlib import Path

_HOST_MAX = 50


def new_name() -> str:
    """A name for one claim of this process: host, process, process start, nonce."""
    return f"{_process()}/{secrets.token_hex(4)}"


def is_ours(name: str) -> bool:
    """True when it is a name of this process."""
    return name.rpartition("/")[0] == _process()


def is_gone(name: str) -> bool:
    """True when the worker was a process of this host that is no more; False when unknown.

    This very process counts as gone: it asks because it is free.
    """
    host, _, rest = name.rpartition("/")[0].partition("/")
    pid, _, started = rest.partition("/")
    if host != _host() or not pid.isdigit():
        return False
    return int(pid) == os.getpid() or _started(int(pid)) != started


def _process() -> str:
    pid = os.getpid()
    return f"{_host()}/{pid}/{_started(pid)}"


def _host() -> str:
    """The host's name, and where process numbers mean the same as here.

    Containers and machines can share a name. Their processes are not to be seen from here, and
    must not be taken for dead: so this boot of the machine and its process table belong to it.
    """
    boot = _read(Path("/proc/sys/kernel/random/boot_id"))
    try:
        table = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        table = ""
    place = blake2b(f"{boot} {table}".encode(), digest_size=6).hexdigest()
    return f"{socket.gethostname()[:_HOST_MAX]}@{place}"


def _started(pid: int) -> str:
    """When the process began, in clock ticks since boot; empty when there is none."""
    state_and_on = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return "" if not state_and_on or state_and_on[0] == "Z" else state_and_on[19]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
