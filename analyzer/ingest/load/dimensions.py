"""Where records come from and what protects them: keys of the store for the reader's indices.

All but protections is set-based. What one run has resolved stays in arrays, so that a known
session costs one element of a numpy take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analyzer.ingest.load import bulk
from analyzer.ingest.load.labels import NUL_SIGN
from analyzer.ingest.load.protections import resolve
from analyzer.models import Stack, SystemSettings

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from numpy.typing import NDArray

StackKey = tuple[str, str, str]
STACK_KEY = ("sysplex", "system", "stack")
_SESSION_COLUMNS = (
    *("session_index", "digest", "stack_id", "role", "ip_proto", "server_ip", "client_ip"),
    *("port_start", "port_end", "job", "user", "session_id", "sa_flags", "protection_id"),
)
_SAME_SERVER = """
    v.stack_id = n.stack_id AND v.role = n.role AND v.ip_proto = n.ip_proto
    AND v.server_ip = n.server_ip AND v.port_start = n.port_start AND v.port_end = n.port_end
    AND v.job = n.job AND v."user" = n."user" """
_STAGED_STATISTICS = (
    "ANALYZE staged_session"
    ' (digest, stack_id, role, ip_proto, server_ip, port_start, port_end, job, "user")'
)
_ADD_SERVERS = f"""
    INSERT INTO analyzer_server
        (stack_id, role, ip_proto, server_ip, port_start, port_end, job, "user")
    SELECT DISTINCT n.stack_id, n.role, n.ip_proto, n.server_ip, n.port_start, n.port_end,
        n.job, n."user"
    FROM staged_session n
    WHERE NOT EXISTS (SELECT 1 FROM analyzer_server v WHERE {_SAME_SERVER})"""  # noqa: S608  # names of ours only
_ADD_SESSIONS = f"""
    INSERT INTO analyzer_securitysession
        (digest, server_id, client_ip, session_id, sa_flags, protection_id)
    SELECT n.digest, v.id, n.client_ip, n.session_id, n.sa_flags, n.protection_id
    FROM staged_session n JOIN analyzer_server v ON {_SAME_SERVER}
    WHERE NOT EXISTS (SELECT 1 FROM analyzer_securitysession s WHERE s.digest = n.digest)
    ORDER BY n.session_index"""  # noqa: S608  # names of ours only
_SESSION_IDS = """
    SELECT n.session_index, s.id
    FROM staged_session n JOIN analyzer_securitysession s ON s.digest = n.digest"""


class Dimensions:
    """Keys of the store by the index that one reader gave."""

    def __init__(self) -> None:
        self.session_ids: NDArray[np.int64] = np.empty(0, np.int64)
        self.session_stacks: NDArray[np.int64] = np.empty(0, np.int64)
        self._protection_ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._stacks: dict[StackKey, tuple[int, str]] = {}

    def learn(
        self, cursor: CursorWrapper, protections: pl.DataFrame, sessions: pl.DataFrame
    ) -> int:
        """Resolve what the reader handed out for the first time; return how many are new."""
        for pairs in resolve(cursor, protections):
            self._protection_ids = _enter(self._protection_ids, pairs)
        if sessions.is_empty():
            return 0
        stack_ids = self.stack_ids(sessions)
        protection_ids = self._protection_ids[sessions["protection_index"].to_numpy()]
        staged = sessions.with_columns(
            pl.Series("stack_id", stack_ids), pl.Series("protection_id", protection_ids)
        ).select(_SESSION_COLUMNS)
        bulk.copy_frame(cursor, "staged_session", staged)
        cursor.execute(_STAGED_STATISTICS)
        cursor.execute(_ADD_SERVERS)
        cursor.execute(_ADD_SESSIONS)
        new: int = cursor.rowcount
        cursor.execute(_SESSION_IDS)
        self.session_ids = _enter(self.session_ids, cursor.fetchall())
        stacks = list(zip(sessions["session_index"], stack_ids, strict=True))
        self.session_stacks = _enter(self.session_stacks, stacks)
        return new

    def stack_ids(self, frame: pl.DataFrame) -> list[int]:
        """The stack of each row, made where it is new; `release` is the newest of any dump."""
        keys = list(frame.select(STACK_KEY).iter_rows())
        releases = frame["release"] if "release" in frame.columns else [""] * len(keys)
        for key, release in sorted(set(zip(keys, releases, strict=True))):
            known = self._stacks.get(key)
            if known is None or release > known[1]:
                self._stacks[key] = _stack(key, release)
        return [self._stacks[key][0] for key in keys]


def _stack(key: StackKey, release: str) -> tuple[int, str]:
    sysplex, system, stack = (part.replace("\0", NUL_SIGN) for part in key)
    release = release.replace("\0", NUL_SIGN)
    settings, _ = SystemSettings.objects.get_or_create(sysplex=sysplex, system=system)
    found, _ = Stack.objects.get_or_create(
        sysplex=sysplex,
        system=system,
        stack=stack,
        defaults={"settings": settings, "release": release},
    )
    # Dumps come in any order: an older one does not take a stack back to its older release.
    if release > found.release:
        Stack.objects.filter(pk=found.pk).update(release=release)
    return found.pk, max(release, found.release)


def _enter(known: NDArray[np.int64], pairs: list[tuple[int, int]]) -> NDArray[np.int64]:
    """The array with new places filled; it doubles when it is full."""
    indices, ids = np.array(pairs, np.int64).T
    needed = int(indices.max()) + 1
    if needed > len(known):
        grown = np.zeros(max(needed, 2 * len(known)), np.int64)
        grown[: len(known)] = known
        known = grown
    known[indices] = ids
    return known
