"""Where the embedded services keep their files under the state directory."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A unix socket's address has room for 107 bytes; the longest name is `/.s.PGSQL.5432.lock`.
LONGEST_SOCKET_DIR = 80
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


@dataclass(frozen=True, slots=True)
class Places:
    """All paths of one instance; `var` is its state directory."""

    var: Path

    @property
    def database(self) -> Path:
        return self.var / "postgresql"

    @property
    def broker(self) -> Path:
        return self.var / "valkey"

    @property
    def leases(self) -> Path:
        return self.var / "leases"

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def start_lock(self) -> Path:
        return self.var / "embedded.start.lock"

    @property
    def guardian_lock(self) -> Path:
        return self.var / "embedded.guardian.lock"

    @property
    def state(self) -> Path:
        return self.var / "embedded.json"

    @property
    def sockets(self) -> Path:
        """Under `var`, or where that is too long for a socket, in a directory keyed by its path."""
        own = self.var / "run"
        if len(os.fsencode(own)) <= LONGEST_SOCKET_DIR:
            return own
        key = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"zertify-{os.geteuid()}-{key}"

    def make(self) -> None:
        """Create the directories, closed to others."""
        self.var.mkdir(parents=True, exist_ok=True, mode=0o700)
        for directory in (self.leases, self.log, self.broker, self.sockets):
            directory.mkdir(exist_ok=True, mode=0o700)
            _require_own(directory)


def _require_own(directory: Path) -> None:
    """Refuse a directory that somebody else put in the way (the temporary one is anybody's)."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in own_users():
        raise PermissionError(f"{directory} belongs to another user or is no directory")


def own_users() -> set[int]:
    """Ourselves, and as root also the user that PostgreSQL runs as."""
    if os.geteuid() != 0:
        return {os.geteuid()}
    return {0, pwd.getpwnam(UNPRIVILEGED).pw_uid}
