"""What nothing refers to any more: sessions without activity, then what they alone referred to.

A few thousand keys at a time, each in a transaction of its own under the lock of the loader. Rows
that a running import knows by heart may be among them: `removals` of the prune moves in the same
transaction, and an import that sees it moved starts anew behind its last batch (ADR 8).
"""

# ruff: noqa: S608 -- every part is a constant of this module; values are parameters

from __future__ import annotations

from typing import Final

from django.db import connection
from django.utils import timezone

from analyzer.ingest.load.removal import locked
from analyzer.models import Prune
from analyzer.pruning.claims import CLAIMS

_KEYS: Final = 5_000
# Count of the prune -> table and what no row of it may have to be left over.
_UNUSED: Final = {
    "sessions": (
        "analyzer_securitysession",
        "SELECT FROM analyzer_daily_activity d WHERE d.session_id = x.id",
    ),
    "servers": (
        "analyzer_server",
        "SELECT FROM analyzer_securitysession s WHERE s.server_id = x.id",
    ),
    "protections": (
        "analyzer_protection",
        "SELECT FROM analyzer_securitysession s WHERE s.protection_id = x.id",
    ),
    "certificates": (
        "analyzer_certificate",
        "SELECT FROM analyzer_protectioncertificate u WHERE u.certificate_id = x.id",
    ),
}


def sweep(prune: Prune) -> None:
    """Remove them; raises `NotOursError` when the claim is gone."""
    for count, (table, use) in _UNUSED.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT min(id), max(id) FROM {table}")
            first, last = cursor.fetchone()
        if first is None:
            continue
        for begin in range(first, last + 1, _KEYS):
            _sweep(prune, count, f"FROM {table} x WHERE {_window(begin)} AND NOT EXISTS ({use})")


def _sweep(prune: Prune, count: str, unused: str) -> None:
    """One window of keys; the lock is asked for only when there is something to do."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT {unused})")
        (found,) = cursor.fetchone()
    if not found:
        CLAIMS.advance(prune, now=timezone.now())
        return
    with locked() as cursor:
        if count == "protections":
            cursor.execute(
                "DELETE FROM analyzer_protectioncertificate"
                f" WHERE protection_id IN (SELECT x.id {unused})"
            )
        cursor.execute(f"DELETE {unused}")
        gone = {count: int(cursor.rowcount), "removals": 1}
        CLAIMS.add(prune, now=timezone.now(), **gone)


def _window(begin: int) -> str:
    return f"x.id >= {begin:d} AND x.id < {begin + _KEYS:d}"
