"""What a site would have itself: one flat row per record, indexed, and one GROUP BY over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from tests.bench import store

TABLE = "flat_report"
_FILL = f"""CREATE TABLE {TABLE} AS
    SELECT a.interval_end AS ended, t.sysplex, t.system, t.stack, v.role, v.ip_proto, v.server_ip,
        v.port_start, v.port_end, v.job, v."user", s.client_ip, s.session_id, p.protocol,
        p.version, p.cipher, p.strength, a.connections, a.partial, a.short, a.active, a.in_bytes,
        a.out_bytes, a.in_segs, a.out_segs
    FROM analyzer_activity a JOIN analyzer_securitysession s ON s.id = a.session_id
    JOIN analyzer_server v ON v.id = s.server_id JOIN analyzer_stack t ON t.id = v.stack_id
    JOIN analyzer_protection p ON p.id = s.protection_id ORDER BY a.interval_end"""
_INDEXES = ("ended", "role, ended", "server_ip, port_start", "client_ip", "protocol, version")
# Only the columns that the first page shows; the store's own page has more of them.
_ASK = f"""SELECT sysplex, system, stack, host(server_ip) AS server_ip, port_start, port_end,
        "user", job, coalesce(sum(connections) FILTER (WHERE protocol = 'NONE'), 0) AS unprotected,
        coalesce(sum(connections) FILTER (WHERE protocol = 'IPSEC'), 0) AS ipsec,
        coalesce(sum(connections) FILTER (WHERE protocol = 'SSH'), 0) AS ssh,
        coalesce(sum(connections) FILTER (WHERE protocol = 'TLS'), 0) AS tls
    FROM {TABLE}
    WHERE role = 'server' AND ended >= (SELECT max(ended)::date - 29 FROM {TABLE})
    GROUP BY sysplex, system, stack, server_ip, port_start, port_end, "user", job
    ORDER BY unprotected DESC LIMIT 101"""
_SAME = ("sysplex", "system", "stack", "server_ip", "user", "job", "unprotected", "ipsec", "tls")


def fill() -> None:
    """The rows that are in the store now, in the order of time, with statistics."""
    drop()
    store.execute(_FILL)
    for columns in _INDEXES:
        store.execute(f"CREATE INDEX ON {TABLE} ({columns})")
    store.execute(f"VACUUM ANALYZE {TABLE}")


def answer() -> list[dict[str, Any]]:
    """The same question, with the settings of a page read."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(_ASK)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def check(ours: Sequence[dict[str, Any]]) -> None:
    """Both give the same rows; only then may their times be compared."""
    if _compared(ours) != _compared(answer()):
        raise RuntimeError("the flat table answers otherwise")


def drop() -> None:
    store.execute(f"DROP TABLE IF EXISTS {TABLE}")


def _compared(rows: Sequence[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {tuple(str(row[name]) for name in _SAME) for row in rows}
