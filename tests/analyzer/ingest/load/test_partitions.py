"""A partition a day, made on demand; dates that can't be do not make thousands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import connection, transaction
from numpy.typing import NDArray

from analyzer.ingest.load import activity, bulk
from analyzer.ingest.load.intervals import prepare
from analyzer.ingest.load.partitions import Partitions
from analyzer.models import Activity, DailyActivity, Import
from tests.analyzer.ingest.altered import at, intervals, write
from tests.analyzer.ingest.conftest import Ingest
from tests.analyzer.ingest.load.test_rows import frame

TABLES = ("analyzer_activity", "analyzer_daily_activity", "analyzer_connection_event")
TODAY = date(2026, 11, 20)  # usual are the days before 2027-11-01
BOUNDS = """
    SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass"""
LOCKED = """
    SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relname LIKE 'analyzer_activity_2%'"""


def bounds(table: str) -> dict[str, str]:
    """Name -> bounds of each partition."""
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, [table])
        return {
            name: text.removeprefix("FOR VALUES FROM ").replace(" 00:00:00", "")
            for name, text in cursor.fetchall()
        }


@pytest.fixture(autouse=True)
def bare(store: None) -> Iterator[None]:
    """No partitions, and none of ours left."""
    drop_all()
    yield
    drop_all()


def drop_all() -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            for name in bounds(table):
                cursor.execute(f'DROP TABLE "{name}"')


def times(*days: date) -> NDArray[np.int64]:
    return np.array(days, "M8[D]").astype("M8[us]").astype(np.int64)


def every_day(first: date, last: date) -> NDArray[np.int64]:
    return times(*(first + timedelta(days=n) for n in range((last - first).days + 1)))


def test_a_usual_day_has_a_partition_and_a_month_of_the_roll_up() -> None:
    made = Partitions(TODAY)
    made.provide_days(TABLES[0], times(date(2026, 10, 5)))
    made.provide_months(times(date(2026, 10, 5)))
    assert bounds(TABLES[0]) == {"analyzer_activity_20261005": "('2026-10-05') TO ('2026-10-06')"}
    assert bounds(TABLES[1]) == {
        "analyzer_daily_activity_202610": "('2026-10-01') TO ('2026-11-01')"
    }


def test_days_that_cannot_be_share_a_partition_a_year() -> None:
    made = Partitions(TODAY)
    made.provide_days(TABLES[0], every_day(date(1969, 12, 1), date(1971, 1, 31)))
    made.provide_months(every_day(date(2098, 1, 1), date(2099, 12, 31)))
    assert sorted(bounds(TABLES[0]).values()) == [
        "('1969-01-01') TO ('1970-01-01')",
        "('1970-01-01') TO ('1971-01-01')",
        "('1971-01-01') TO ('1972-01-01')",
    ]
    assert sorted(bounds(TABLES[1]).values()) == [
        "('2098-01-01') TO ('2099-01-01')",
        "('2099-01-01') TO ('2100-01-01')",
    ]


def test_a_far_day_takes_what_is_free_of_its_year_and_no_usual_day() -> None:
    Partitions(TODAY).provide_days(TABLES[0], times(date(2027, 12, 24)))
    assert list(bounds(TABLES[0]).values()) == ["('2027-11-01') TO ('2028-01-01')"]
    Partitions(date(2027, 11, 20)).provide_days(
        TABLES[0], times(date(2027, 10, 31), date(2027, 12, 23), date(2028, 10, 31))
    )
    Partitions(TODAY).provide_days(TABLES[0], times(date(2028, 2, 1), date(2028, 12, 1)))
    assert sorted(bounds(TABLES[0]).values()) == [
        "('2027-10-31') TO ('2027-11-01')",
        "('2027-11-01') TO ('2028-01-01')",
        "('2028-01-01') TO ('2028-10-31')",
        "('2028-10-31') TO ('2028-11-01')",
        "('2028-11-01') TO ('2029-01-01')",
    ]


def test_two_runs_that_want_the_same_days_agree() -> None:
    one, other = Partitions(TODAY), Partitions(TODAY)
    days = every_day(date(2026, 3, 1), date(2026, 4, 10))
    one.provide_days(TABLES[0], days[:20])
    other.provide_days(TABLES[0], days)
    one.provide_days(TABLES[0], days)
    assert len(bounds(TABLES[0])) == 41


def test_records_of_wild_days_are_stored_with_their_date(ingest: Ingest, tmp_path: Path) -> None:
    record = intervals()[0]
    days = [datetime(year, 2, 28, 12) for year in range(1900, 2100, 3)]
    found = ingest(write(tmp_path / "wild.smf", [at(record, day) for day in days]))
    assert (found.state, found.added) == (Import.State.COMPLETE, len(days))
    assert list(Activity.objects.order_by("interval_end").values_list("interval_end")) == [
        (day,) for day in days
    ]
    assert DailyActivity.objects.count() == len(days)
    assert (found.earliest, found.latest) == (days[0], days[-1])
    again = ingest(tmp_path / "wild.smf")
    assert (again.added, again.duplicate) == (0, len(days))


def test_a_batch_locks_the_partitions_of_its_own_days_alone() -> None:
    days = every_day(date(2026, 3, 1), date(2026, 3, 30))
    made = Partitions(TODAY)
    made.provide_days(TABLES[0], days)
    made.provide_months(days)
    bulk.make_stages()
    ready = prepare(frame({"local_end": int(days[7]), "session_index": 0}))
    for added in (1, 0):  # new, then known
        with transaction.atomic(), connection.cursor() as cursor:
            ids = activity.Ids(np.array([5], np.int64), 1)
            assert len(activity.store(cursor, ready, ids)) == added
            cursor.execute(LOCKED)
            assert cursor.fetchall() == [("analyzer_activity_20260308",)]
