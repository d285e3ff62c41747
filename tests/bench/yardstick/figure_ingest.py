"""(i) The same batches into an empty store, and on top of the full one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from django.db import connection

from analyzer.ingest import blocks
from analyzer.models import DailyActivity, Import, StackDay
from tests.bench import store as tables
from tests.bench.figures import Figure
from tests.bench.yardstick import store
from tests.bench.yardstick.site import FIRST

FLOOR, DAYS, ROUNDS = 0.8, 2, 3
_EMPTY = "zertify_empty"
_BEHIND = timedelta(days=200)
"""So far behind the yardstick's days that nothing of them is known."""
_ROOT = Path(__file__).resolve().parents[3]


def measure(directory: Path) -> Iterator[Figure]:
    """Rounds of both in turn; the empty store is another database of the same server."""
    store.provide(directory)
    full, empty, rows = [], [], 0
    for _ in range(ROUNDS):
        _make_empty()
        seconds, rows = _load(directory, database=_EMPTY)
        empty.append(seconds)
        full.append(_load(directory)[0])
        _take_back()
    tables.execute(f"DROP DATABASE {_EMPTY}")
    rate, empty_rate = rows / median(full), rows / median(empty)
    notes: dict[str, object] = store.described() | {"loaded": rows, "rounds": ROUNDS}
    yield Figure(
        *("yardstick_ingest", rate, "rows/s", empty_rate, rate / empty_rate, FLOOR), notes=notes
    )


def _load(directory: Path, database: str = "") -> tuple[float, int]:
    environment = dict(os.environ)
    if database:
        found = connection.settings_dict
        host = str(found["HOST"]).replace("/", "%2F")
        user, port = found["USER"], found["PORT"]
        environment["DATABASE_URL"] = f"postgresql://{user}@{host}:{port}/{database}"
        migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
        subprocess.run(migrate, cwd=_ROOT, env=environment, check=True)
    tables.execute("CHECKPOINT")
    work = [sys.executable, "-m", "tests.bench.yardstick.timed_load"]
    done = subprocess.run(
        [*work, str(directory / "more"), str(FIRST + _BEHIND), str(DAYS)],
        cwd=_ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    found = json.loads(done.stdout)
    return float(found["seconds"]), int(found["rows"])


def _make_empty() -> None:
    tables.execute(f"DROP DATABASE IF EXISTS {_EMPTY}")
    tables.execute(f"CREATE DATABASE {_EMPTY}")


def _take_back() -> None:
    """The store as it was: without the days that were added."""
    days = [FIRST + _BEHIND + timedelta(days=number) for number in range(DAYS)]
    with connection.cursor() as cursor:
        blocks.forget(cursor, days)
    for day in days:
        tables.execute(f"DROP TABLE analyzer_activity_{day:%Y%m%d}")
    DailyActivity.objects.filter(day__in=days).delete()
    StackDay.objects.filter(day__in=days).delete()
    Import.objects.filter(path__endswith="/more").delete()
    tables.execute("VACUUM analyzer_daily_activity")
