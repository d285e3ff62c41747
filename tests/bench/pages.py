"""Pages as a signed-in browser asks for them, over and over, of a store with five million rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from math import ceil
from pathlib import Path

from django.contrib.auth import get_user_model
from django.test import Client

from analyzer.queries.kept import forget_all
from tests.bench import store
from tests.builders.site_dumps import write_dump
from web import static_files

# Thirty days of half hours: what the default filter asks for.
SESSIONS, INTERVALS = 3_500, 1_440


def fill(directory: Path) -> int:
    """Import the dump of such a site alone; returns its number of interval records."""
    dump = directory / "five-million.smf"
    records = write_dump(dump, sessions=SESSIONS, intervals=INTERVALS, first=date(2026, 3, 1))
    store.empty()
    store.ingest(dump)
    dump.unlink()
    store.settle()
    return records


def reader() -> Client:
    """A client that may see everything, over static files as in production."""
    static_files.collect()
    user, _ = get_user_model().objects.get_or_create(
        username="bench", defaults={"is_superuser": True}
    )
    client = Client()
    client.force_login(user)
    return client


def p95(times_ms: list[float]) -> float:
    """The time that one in twenty takes longer than."""
    return sorted(times_ms)[ceil(len(times_ms) * 0.95) - 1]


def times_ms(ask: Callable[[], object], rounds: int) -> list[float]:
    """One question over and over, after one that warms the caches; no answer is one kept before."""
    ask()
    found = []
    for _ in range(rounds):
        forget_all()
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return found
