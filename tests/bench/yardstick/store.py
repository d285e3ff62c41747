"""The yardstick's store: made once, whole days at a time, and looked at on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection

from analyzer.ingest import blocks
from analyzer.models import DailyActivity, SecuritySession, StackDay
from smf.reader import Batch
from tests.bench import store
from tests.bench.yardstick.loading import load
from tests.bench.yardstick.site import DAYS, SESSIONS, Site

SIZES = {1: 2, 5: 7, 20: 28, 65: DAYS}
"""Millions of interval records, about, and the days that they are of."""


def provide(directory: Path) -> int:
    """Make the whole of it unless it is there; returns its interval records."""
    if StackDay.objects.values("day").distinct().count() < DAYS:
        make(directory)
    blocks.build()
    return records()


def make(directory: Path, look: Callable[[int], None] = lambda days: None) -> float:
    """Make it anew; `look` is called at each size. Returns the seconds of loading alone."""
    store.empty()
    site, seconds, begun = Site(), 0.0, 0
    batches = site.batches()
    for days in SIZES.values():
        began = time.perf_counter()
        load(directory / f"days-until-{days}", site.head, some_days(batches, days - begun))
        blocks.build()
        seconds += time.perf_counter() - began
        store.settle()
        look(days)
        begun = days
    return seconds


def some_days(batches: Iterator[Batch], days: int) -> Iterator[Batch]:
    """The batches of the next days: three for each."""
    for _, batch in zip(range(3 * days), batches, strict=False):
        yield batch


def records() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(intervals) FROM analyzer_daily_activity")
        return int(cursor.fetchone()[0])


def size_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def described() -> dict[str, object]:
    """What a figure says of the store that it was measured on."""
    return {
        "rows": records(),
        "daily_rows": DailyActivity.objects.count(),
        "sessions": SecuritySession.objects.count(),
        "of_sessions": SESSIONS,
        "days": DAYS,
    }
