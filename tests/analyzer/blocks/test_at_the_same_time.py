"""Blocks while others load: what is not in the sums takes them away, and readers see one moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from analyzer.ingest import blocks, pipeline
from analyzer.models import Block, BlockActivity, DailyActivity, Import, SecuritySession
from tests.analyzer.blocks.test_any_range import columns, raw, raw_columns, rolled
from tests.analyzer.ingest.conftest import empty_store
from tests.builders import store_rows
from tests.builders.store_rows import activity, store_activity
from tests.faults.ingesting import make_dump, submit

LAST = store_rows.LAST_DAY.date()


@pytest.fixture
def filled(transactional_db: None) -> Iterator[None]:
    empty_store()
    store_rows.fill(sessions=40, records=600)
    yield
    empty_store()


def add(*, days_before: int, connections: int) -> None:
    """One more record of some day, of a session that has none there, as the loader adds it."""
    end = store_rows.LAST_DAY - timedelta(days=days_before) + timedelta(minutes=17)
    others = SecuritySession.objects.exclude(
        pk__in=DailyActivity.objects.filter(day=end.date()).values("session_id")
    )
    with transaction.atomic():
        store_activity([activity(others.earliest("pk"), end, connections=connections)])


def check() -> None:
    assert rolled(None, None) == raw(None, None)
    assert columns(None, None) == raw_columns(None, None)
    assert rolled(LAST - timedelta(20), LAST) == raw(LAST - timedelta(20), LAST)


def in_thread(work: threading.Event, done: threading.Event) -> threading.Thread:
    """A transaction that has added rows, and commits when it is told."""

    def load() -> None:
        try:
            with transaction.atomic():
                add(days_before=3, connections=1_000)
                work.set()
                assert done.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=load)
    thread.start()
    return thread


def test_rows_that_are_not_committed_when_blocks_are_announced_are_in_their_sums(
    filled: None,
) -> None:
    added, commit = threading.Event(), threading.Event()
    loader = in_thread(added, commit)
    assert added.wait(30)
    ended = threading.Event()

    def build() -> None:
        try:
            blocks.build()
            ended.set()
        finally:
            connection.close()

    builder = threading.Thread(target=build)
    builder.start()
    assert not ended.wait(1), "the builder does not wait for the rows"
    commit.set()
    loader.join()
    builder.join()
    assert Block.objects.filter(is_ready=True, days=4).exists()
    check()


@pytest.mark.parametrize("days", [1, 4, 16])
def test_a_block_whose_days_change_while_it_is_summed_is_given_up(filled: None, days: int) -> None:
    for size in blocks.SIZES:
        announced = blocks._announce(size)
        if size != days:
            continue
        pk, first, last = next(one for one in announced if one[1] <= LAST - timedelta(3) <= one[2])
        add(days_before=3, connections=1_000)
        assert not blocks._fill(pk, first, last)
        assert not BlockActivity.objects.filter(block_id=pk).exists()
    check()


def test_a_reader_of_an_older_moment_sees_its_blocks_whole(filled: None) -> None:
    """Also when they have been taken away, made again and swept meanwhile."""
    blocks.build()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = rolled(None, None)

        def change() -> None:
            try:
                add(days_before=3, connections=1_000)
                blocks.build()
            finally:
                connection.close()

        thread = threading.Thread(target=change)
        thread.start()
        thread.join()
        assert rolled(None, None) == before
    assert rolled(None, None) != before
    check()


def test_one_process_builds_at_a_time(filled: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [blocks._LOCK_BUILD])
    found: list[int] = []

    def build() -> None:
        try:
            found.append(blocks.build())
        finally:
            connection.close()

    thread = threading.Thread(target=build)
    thread.start()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [blocks._LOCK_BUILD])
    assert found == [0]
    assert blocks.build() > 0
    assert blocks.build() == 0


def test_what_a_lost_process_announced_is_made_by_the_next(filled: None) -> None:
    for size in blocks.SIZES:
        blocks._announce(size)
    check()
    assert not Block.objects.filter(is_ready=True).exists()
    assert blocks.build() > 0
    check()


def test_sums_of_blocks_that_are_gone_are_swept(filled: None) -> None:
    blocks.build()
    add(days_before=3, connections=1)
    blocks.build()
    kept = set(Block.objects.values_list("pk", flat=True))
    assert set(BlockActivity.objects.values_list("block_id", flat=True)) <= kept


def test_an_import_makes_blocks_when_it_ends_and_takes_them_away_with_new_rows(
    transactional_db: None, tmp_path: Path
) -> None:
    empty_store()
    dump, more = tmp_path / "site.smf", tmp_path / "more.smf"
    make_dump(dump, sessions=20, intervals=48 * 9)
    pipeline.run(submit(dump).pk)
    first = set(Block.objects.filter(is_ready=True).values_list("pk", flat=True))
    assert {one.days for one in Block.objects.all()} == {1, 4, 16, *blocks.USUAL}
    check_import()
    pipeline.run(submit(dump).pk)  # nothing in it is new
    assert set(Block.objects.values_list("pk", flat=True)) == first
    make_dump(more, sessions=25, intervals=48)
    pipeline.run(submit(more).pk)
    kept = set(Block.objects.values_list("pk", flat=True))
    assert first & kept
    assert first - kept
    check_import()
    empty_store()


def check_import() -> None:
    assert Block.objects.filter(is_ready=False).count() == 0
    assert rolled(None, None) == raw(None, None)


def test_the_periodic_task_leaves_the_work_to_an_import_that_is_active(filled: None) -> None:
    active = Import.objects.create(
        path="/x", source="path", state="active", submitted_at=timezone.now(), size_bytes=1
    )
    assert blocks.build_if_idle() == 0
    active.delete()
    assert blocks.build_if_idle() > 0
