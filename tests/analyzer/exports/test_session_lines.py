"""JSON lines come one by one."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from django.db import connection

from analyzer.exports.levels import question_of
from analyzer.exports.session_lines import session_lines
from analyzer.exports.taking import Taking
from analyzer.models import AuditEntry
from analyzer.queries.filters import Filters
from tests.analyzer.exports.test_csv_against_pages import NOW
from tests.builders import store_rows


@pytest.mark.django_db
def test_the_audit_log_is_written_before_the_first_line() -> None:
    taking = Taking(by=None, now=NOW, target="sessions", filters=Filters.everything())
    session_lines(question_of(Filters.everything()), taking)
    assert AuditEntry.objects.count() == 1


@pytest.mark.usefixtures("store")
def test_memory_does_not_grow_with_the_sessions() -> None:
    store_rows.fill()
    _multiply(20_000)
    taking = Taking(by=None, now=NOW, target="sessions", filters=Filters.everything())
    lines = session_lines(question_of(Filters.everything()), taking)
    tracemalloc.start()
    size = _length(lines)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 20_000_000
    assert peak < 5_000_000


def _length(lines: Iterator[str]) -> int:
    return sum(map(len, lines))


def _multiply(number: int) -> None:
    """Many sessions like one that is there, all active on its first day."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH made AS (
                INSERT INTO analyzer_securitysession
                    (digest, server_id, client_ip, protection_id, session_id, sa_flags)
                SELECT decode(md5(n::text), 'hex'), s.server_id, s.client_ip, s.protection_id,
                    'N' || n, 0
                FROM generate_series(1, %s) n,
                    (SELECT * FROM analyzer_securitysession ORDER BY id LIMIT 1) s
                RETURNING id)
            INSERT INTO analyzer_daily_activity (day, session_id, intervals, connections, partial,
                short, in_bytes, out_bytes, in_segs, out_segs, restarts, first_end, last_end)
            SELECT '2026-03-31', id, 1, 1, 0, 0, 1, 1, 1, 1, 0, '2026-03-31', '2026-03-31'
            FROM made""",
            [number],
        )
