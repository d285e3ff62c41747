"""Blocks and the days beside them sum what the days sum: for any range, whatever is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.ingest import blocks
from analyzer.models import Activity, Block, DailyActivity, SecuritySession
from analyzer.queries.blocks.columns import NOT_COUNTED, Day, Kinds, by_day, read
from analyzer.queries.blocks.cover import of_span
from analyzer.queries.terms.term import Clause
from tests.builders import store_rows
from tests.builders.store_rows import activity, store_activity
from web.budget import OutOfTimeError, read_budget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rolled_up")]
LAST = store_rows.LAST_DAY.date()
DAYS = store_rows.DAYS + 40
FIRST = LAST - timedelta(days=DAYS)
LONE = date(2025, 1, 2)
Row = tuple[int, int, int | None, int]


@pytest.fixture(scope="module")
def rolled_up(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Forty days, a gap, and a day more than a year before; all blocks."""
    with django_db_blocker.unblock(), transaction.atomic():
        store_rows.fill(sessions=12, records=900)
        session = SecuritySession.objects.earliest("pk")
        store_activity([activity(session, datetime(2025, 1, 2, 9), connections=7, failed=1)])
        blocks.build()
        yield
        transaction.set_rollback(True)


def days() -> st.SearchStrategy[date]:
    near = st.integers(-3, DAYS + 3).map(lambda number: FIRST + timedelta(days=number))
    return st.one_of(near, st.sampled_from([date.min, LONE, date(2025, 1, 3), date.max]))


def raw(first: date | None, last: date | None) -> list[Row]:
    """Sums of the interval records: session, connections, failed, records."""
    found: dict[int, list[Activity]] = {}
    for row in Activity.objects.all():
        if (first or date.min) <= row.interval_end.date() <= (last or date.max):
            found.setdefault(row.session_id, []).append(row)
    return sorted((pk, *_sums(rows)) for pk, rows in found.items())


def _sums(rows: list[Activity]) -> tuple[int, int | None, int]:
    counted = [row.failed for row in rows if row.failed is not None]
    return sum(row.connections for row in rows), sum(counted) if counted else None, len(rows)


def rolled(first: date | None, last: date | None) -> list[Row]:
    rows = of_span(first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT session_id, sum(connections)::bigint, sum(failed)::bigint,
                sum(intervals)::bigint FROM ({rows.sql}) d GROUP BY 1 ORDER BY 1""",
            rows.params,
        )
        return [tuple(row) for row in cursor.fetchall()]


def columns(first: date | None, last: date | None) -> list[tuple[date, int, int, int | None]]:
    """The latest day first, as they are read: day, session, connections, failed."""
    found = []
    for day in read(by_day(first, last)):
        lists = (one.tolist() for one in (day.sessions, day.connections, day.failed))
        rows = sorted(zip(*lists, strict=True))
        found += [
            (day.day, *own, None if failed == NOT_COUNTED else failed) for *own, failed in rows
        ]
    return found


def raw_columns(first: date | None, last: date | None) -> list[tuple[date, int, int, int | None]]:
    found: dict[tuple[date, int], list[Activity]] = {}
    for row in Activity.objects.all():
        day = row.interval_end.date()
        if (first or date.min) <= day <= (last or date.max):
            found.setdefault((day, row.session_id), []).append(row)
    rows = [(*key, *_sums(own)[:2]) for key, own in found.items()]
    return sorted(rows, key=lambda row: (-row[0].toordinal(), row[1]))


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.none() | days(), st.none() | days(), st.lists(days(), max_size=4), st.booleans())
def test_any_range_with_some_blocks_gone(
    first: date | None, last: date | None, gone: list[date], again: bool
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            blocks.forget(cursor, gone)
        if again:
            blocks.build()
        assert rolled(first, last) == raw(first, last)
        assert columns(first, last) == raw_columns(first, last)
        transaction.set_rollback(True)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(days(), st.none() | days(), st.booleans())
def test_any_range_after_a_day_was_removed(
    removed: date, first: date | None, built_again: bool
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            blocks.forget(cursor, [removed])
        DailyActivity.objects.filter(day=removed).delete()
        Activity.objects.filter(interval_end__date=removed).delete()
        if built_again:
            blocks.build()
        assert rolled(first, None) == raw(first, None)
        assert rolled(None, first) == raw(None, first)
        transaction.set_rollback(True)


def test_a_range_of_thirty_one_days_reads_few_rows_of_a_session() -> None:
    """The days 2026-03-01 to 2026-03-31 have blocks of 4 and 16 inside, and none of their own."""
    first = LAST - timedelta(30)
    chosen = chosen_in(first, LAST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT analyzer_days_in(%s, %s, FALSE)", [first, LAST])
        beside = cursor.fetchone()[0]
    covered = sorted(
        [day for one in chosen for day in _days_of(one) if first <= day <= LAST] + beside
    )
    assert covered == [LAST - timedelta(number) for number in reversed(range(31))]
    assert len(chosen) + len(beside) <= 9


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("days", blocks.USUAL)
def test_a_usual_period_reads_one_block(days: int, before: int) -> None:
    last = LAST - timedelta(days * before)
    first = last - timedelta(days - 1)
    expected = raw(first, last)
    chosen = chosen_in(first, last)
    assert [(one.days, one.begins) for one in chosen] == ([(days, first)] if expected else [])
    assert rolled(first, last) == expected
    # One that is a day off is none of them, and is not read twice where they overlap others.
    for other in ((first - timedelta(1), last), (first, last - timedelta(1))):
        assert {one.days for one in chosen_in(*other)} <= {*blocks.SIZES}
        assert rolled(*other) == raw(*other)


def test_usual_periods_follow_the_latest_day() -> None:
    with transaction.atomic():
        session = SecuritySession.objects.earliest("pk")
        store_activity([activity(session, store_rows.LAST_DAY + timedelta(1), connections=3)])
        blocks.build()
        usual = Block.objects.filter(days__in=blocks.USUAL)
        assert usual.filter(days=30).count() == 2
        assert not usual.filter(ends=LAST + timedelta(1)).exists()
        for days in blocks.USUAL:
            first = LAST + timedelta(2 - days)
            assert [one.days for one in chosen_in(first, LAST + timedelta(1))] == [days]
            assert rolled(first, LAST + timedelta(1)) == raw(first, LAST + timedelta(1))
        transaction.set_rollback(True)


def chosen_in(first: date, last: date) -> list[Block]:
    """The blocks that are read for a range, those of one day left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT analyzer_blocks_in(%s, %s, FALSE)", [first, last])
        return list(Block.objects.filter(pk__in=cursor.fetchone()[0]))


def _days_of(block: Block) -> list[date]:
    return [block.begins + timedelta(number) for number in range((block.ends - block.begins).days)]


def test_a_day_by_itself_has_no_longer_block() -> None:
    lone = Block.objects.filter(begins__lte=LONE, ends__gt=LONE)
    assert {one.days for one in lone} == {1}


def test_sums_of_kinds_are_those_of_their_sessions() -> None:
    """Sessions of no kind are left out, also those beyond all that were chosen."""
    every = sorted(SecuritySession.objects.values_list("pk", flat=True))
    of = {0: every[:4], 2: every[4:5]}
    kinds = Kinds({kind: np.array(own) for kind, own in of.items()})
    rows = raw_columns(None, None)
    for day in read(by_day(None, None)):
        sums = kinds.sums(day)
        for kind in range(3):
            own = [row for row in rows if row[0] == day.day and row[1] in of.get(kind, [])]
            counted = [row[3] for row in own if row[3] is not None]
            assert sums.sessions[kind] == len(own)
            assert sums.connections[kind] == sum(row[2] for row in own)
            assert sums.failed[kind] == (sum(counted) if counted else NOT_COUNTED)


def test_sums_of_a_day_are_exact_beyond_what_a_float_holds() -> None:
    many = 2**53 + 1
    day = Day(LAST, np.array([1, 2]), np.array([many, 2]), np.array([NOT_COUNTED, 0]))
    sums = Kinds({0: np.array([1, 2])}).sums(day)
    assert (int(sums.connections[0]), int(sums.failed[0])) == (many + 2, 0)


def test_no_session_chosen_sums_to_nothing() -> None:
    (day, *_) = read(by_day(LAST, LAST))
    assert Kinds({}).sums(day).sessions.tolist() == []
    assert Kinds({0: np.array([], np.int64)}).sums(day).sessions.tolist() == [0]


def test_days_that_take_too_long_are_stopped_as_any_question() -> None:
    nothing = "''::bytea, ''::bytea, ''::bytea"
    slow = f"SELECT current_date AS day, {nothing} FROM pg_sleep(5) s WHERE s IS NOT NULL"
    with pytest.raises(OutOfTimeError), read_budget(0.1):
        list(read(Clause(slow)))
