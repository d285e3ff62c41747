"""The roll-up with the records of cut days says what the single records say, for any range."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.ingest import blocks
from analyzer.models import Activity, DailyActivity, SecuritySession
from analyzer.queries import report
from analyzer.tables.report import ALL_SESSIONS
from tests.analyzer.queries import naive
from tests.analyzer.queries.conftest import filters
from tests.analyzer.queries.test_against_naive import pages, same
from tests.builders import store_rows
from tests.builders.store_rows import activity, store_activity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept")]
EVERY: list[naive.Fact] = []
FIRST = store_rows.LAST_DAY - timedelta(days=store_rows.DAYS)
MINUTES = 60 * 24 * (store_rows.DAYS + 2)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        store_rows.fill(sessions=30, records=1_200)
        EVERY[:] = naive.facts()
        blocks.build()
        yield
        transaction.set_rollback(True)


def ends() -> st.SearchStrategy[str]:
    """Days, minutes, and minutes near the ends of intervals and of days."""
    moments = st.integers(0, MINUTES).map(lambda minute: FIRST + timedelta(minutes=minute))
    near = st.integers(0, MINUTES // 30).flatmap(
        lambda half: st.sampled_from([-1, 0, 1]).map(
            lambda off: FIRST + timedelta(minutes=30 * half + off)
        )
    )
    return st.one_of(
        moments.map(lambda moment: str(moment.date())),
        *(one.map(lambda moment: f"{moment:%Y-%m-%dT%H:%M}") for one in (moments, near)),
    )


@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.none() | ends(), st.none() | ends())
def test_any_range_sums_the_same_records(first: str | None, last: str | None) -> None:
    given_ends = {"from": first, "to": last}
    if first and last and _begin(first) >= _begin(last):
        given_ends = {"from": last, "to": first}
    query = "&".join(f"{name}={end}" for name, end in given_ends.items() if end)
    query = query or "days=all"
    found = pages(partial(report.all_sessions, filters(query)), limit=1000)
    same(found, naive.sessions(EVERY, query), ALL_SESSIONS)
    narrowed = f"{query}&connections=>=3&failed=<5,unknown"
    found = pages(partial(report.all_sessions, filters(narrowed)), limit=1000)
    same(found, naive.sessions(EVERY, narrowed), ALL_SESSIONS)


def _begin(end: str) -> datetime:
    return datetime.fromisoformat(end)


def test_both_minutes_count_as_a_whole() -> None:
    session = SecuritySession.objects.earliest("pk")
    end = datetime(2026, 5, 1, 8, 30)
    seconds = (-1, 0, 59, 60)
    store_activity(
        [
            activity(session, end + timedelta(seconds=second), connections=10**place)
            for place, second in enumerate(seconds)
        ]
    )

    def connections(query: str) -> int:
        rows = report.all_sessions(filters(query)).rows
        return rows[0]["connections"] if rows else 0

    assert connections("from=2026-05-01T08:30&to=2026-05-01T08:30") == 110
    assert connections("from=2026-05-01T08:30") == 1110
    assert connections("from=2026-05-01&to=2026-05-01T08:30") == 111
    assert connections("from=2026-05-01T00:00&to=2026-05-01T23:59") == 1111
    assert connections("from=2026-05-01T08:32&to=2026-05-02") == 0


def test_counters_that_are_nonsense_do_not_make_a_sum_overflow() -> None:
    session = SecuritySession.objects.earliest("pk")
    end = datetime(2026, 5, 1, 8, 30)
    ends_at = [end + timedelta(minutes=one) for one in range(4)]
    store_activity([activity(session, one, in_bytes=1) for one in ends_at])
    Activity.objects.filter(interval_end__in=ends_at).update(in_bytes=2**62)
    (row,) = report.all_sessions(filters("from=2026-05-01T08:30&to=2026-05-01T09:00")).rows
    assert row["in_bytes"] == 4 * 2**50


def test_one_record_of_a_clock_far_ahead_does_not_hide_the_others() -> None:
    session = SecuritySession.objects.earliest("pk")
    before = len(report.all_sessions(filters("")).rows)
    store_activity([activity(session, datetime(2099, 1, 1, 8, 30))])
    assert before > 1
    assert len(report.all_sessions(filters("")).rows) == before
    assert len(report.all_sessions(filters("from=2099-01-01")).rows) == 1


def test_days_ahead_count_when_there_are_no_others() -> None:
    session = SecuritySession.objects.earliest("pk")
    DailyActivity.objects.all().delete()
    store_activity([activity(session, datetime(2099, 1, 1, 8, 30))])
    assert len(report.all_sessions(filters("")).rows) == 1
