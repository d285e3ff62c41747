"""Locked files that say who needs the services."""

from __future__ import annotations

import fcntl
import os
import uuid
from pathlib import Path
from typing import IO


def lock(path: Path, *, wait: bool) -> IO[bytes] | None:
    """Take an exclusive lock; None when somebody else has it and `wait` is false."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        file.close()
        return None
    return file


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock."""
    taken = lock(path, wait=False)
    if taken is None:
        return True
    taken.close()
    return False


def take(directory: Path) -> IO[bytes]:
    """A new lease; it lasts until the file is closed or the process ends, however it ends."""
    path = directory / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
    while True:
        lease = lock(path, wait=True)
        # The guardian removes a lease that it finds unlocked, even one of a moment ago.
        if (
            lease is not None
            and path.exists()
            and os.fstat(lease.fileno()).st_ino == path.stat().st_ino
        ):
            return lease


def any_held(directory: Path) -> bool:
    """Whether anybody needs the services; leases of ended processes are removed."""
    held = False
    for path in directory.iterdir():
        taken = lock(path, wait=False)
        if taken is None:
            held = True
        else:
            path.unlink(missing_ok=True)
            taken.close()
    return held
