"""The roll-up against the records it was made of."""

from __future__ import annotations

from django.db import connection

from tests.analyzer.ingest.conftest import SAMPLES, Ingest

RAW = """
    SELECT interval_end::date, session_id, count(*), sum(connections), sum(partial), sum(short),
        sum(in_bytes), sum(out_bytes), sum(in_segs), sum(out_segs), sum(failed),
        count(*) FILTER (WHERE restarted), min(interval_end), max(interval_end)
    FROM analyzer_activity GROUP BY 1, 2 ORDER BY 1, 2"""
DAILY = """
    SELECT day, session_id, intervals, connections, partial, short, in_bytes, out_bytes, in_segs,
        out_segs, failed, restarts, first_end, last_end
    FROM analyzer_daily_activity ORDER BY 1, 2"""


def rows(question: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def test_the_roll_up_is_the_sum_of_the_records_after_every_import(ingest: Ingest) -> None:
    for name in ("overlap.smf", "site-vbs.smf", "zos32.smf", "damaged.smf", "site-rdw.smf.gz"):
        ingest(SAMPLES / name)
        assert rows(DAILY) == rows(RAW), name
    assert len(rows(DAILY)) > 100


def test_failed_handshakes_stay_unknown_for_releases_that_do_not_count_them(
    ingest: Ingest,
) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    assert {row[10] for row in rows(DAILY)} == {None}
    ingest(SAMPLES / "zos32.smf")
    assert any(row[10] is not None for row in rows(DAILY))
