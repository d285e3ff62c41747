"""Looking up what the store has: by the primary key, whatever the statistics say."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection, transaction

from analyzer.ingest.load import activity, bulk
from analyzer.ingest.load.intervals import Intervals, prepare
from analyzer.ingest.load.partitions import Partitions
from tests.analyzer.ingest.load.test_rows import HOUR_US, frame

NOON_US = int(datetime(2026, 10, 5, 12, tzinfo=UTC).timestamp()) * 1_000_000
SESSIONS = activity.Ids(np.arange(1, 4_001, dtype=np.int64), 1)
READ = """
    SELECT seq_scan, seq_tup_read FROM pg_stat_xact_all_tables WHERE relname = 'staged_key'"""


@pytest.fixture
def store_ready(store: None) -> None:
    made, times = Partitions(), np.array([NOON_US], np.int64)
    made.provide_days(activity.TABLE, times)
    made.provide_months(times)
    bulk.make_stages()


def records(at_us: int, first: int, last: int) -> Intervals:
    return prepare(frame(*({"local_end": at_us, "session_index": n} for n in range(first, last))))


def stored(batch: Intervals) -> tuple[int, tuple[int, int]]:
    """Rows that were new, and how often the staged keys were read from end to end."""
    with transaction.atomic(), connection.cursor() as cursor:
        new = activity.store(cursor, batch, SESSIONS)
        cursor.execute(READ)
        return len(new), cursor.fetchone()


def test_statistics_from_before_a_busy_interval_do_not_mislead_the_look_up(
    store_ready: None,
) -> None:
    stored(records(NOON_US, 0, 3_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE analyzer_activity_20261005")  # says: all that there is is of noon
    stored(records(NOON_US + HOUR_US, 0, 1_500))
    added, read = stored(records(NOON_US + HOUR_US, 500, 2_500))
    assert added == 1_000
    assert read == (1, 2_000)
