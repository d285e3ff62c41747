"""(h) Twenty questions against DuckDB over Parquet, and against a flat table in PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import duckdb
from django.conf import settings
from django.db import connection, transaction

from analyzer.queries.kept import forget_all
from tests.bench.figures import Figure
from tests.bench.yardstick import flat, store
from tests.bench.yardstick.asked import Answer, Question, plain, questions
from tests.bench.yardstick.site import DAYS, Site

ROUNDS, FLAT_ROUNDS = 5, 1
THREADS = 2


def measure(directory: Path) -> Iterator[Figure]:
    """Answers are compared before times are; of several rounds the least counts, for all three."""
    store.provide(directory)
    parquet = Path(settings.VAR) / "parquet"
    if len(list(parquet.glob("*.parquet"))) < DAYS:
        flat.write_parquet(parquet, Site())
    if not flat.is_filled():
        flat.fill_table()
    duck = duckdb.connect(config={"threads": THREADS})
    duck.execute(f"CREATE VIEW flat AS SELECT * FROM '{parquet}/*.parquet'")
    asked = questions()
    times = {"ours": [], "duckdb": [], "flat": []}
    for one in asked:
        for name, took in _times(one, duck).items():
            times[name].append(took)
    middle = {name: median(ones) for name, ones in times.items()}
    notes: dict[str, object] = store.described() | {
        "questions": len(asked),
        "ms": {
            one.words: [round(times[name][place]) for name in times]
            for place, one in enumerate(asked)
        },
        "parquet_mb": sum(path.stat().st_size for path in parquet.glob("*")) >> 20,
    }
    ratios = [ours / duck_ms for ours, duck_ms in zip(times["ours"], times["duckdb"], strict=True)]
    yield Figure(
        *("yardstick_vs_duckdb", middle["ours"], "ms", middle["duckdb"], median(ratios), 1.0),
        at_most=True,
        notes=notes,
    )
    ratios = [flat_ms / ours for ours, flat_ms in zip(times["ours"], times["flat"], strict=True)]
    yield Figure(
        *("yardstick_vs_flat", middle["ours"], "ms", middle["flat"], median(ratios), 20.0),
        notes=store.described(),
    )


def _times(question: Question, duck: duckdb.DuckDBPyConnection) -> dict[str, float]:
    duck_sql = question.sql.format(flat="flat")
    flat_sql = question.sql.format(flat=flat.TABLE)
    answers, times = {}, {}
    for name, ask, rounds in (
        ("ours", _asked_anew(question), ROUNDS),
        ("duckdb", lambda: duck.execute(duck_sql).fetchall(), ROUNDS),
        ("flat", lambda: _rows(flat_sql), FLAT_ROUNDS),
    ):
        answers[name], times[name] = _least(ask, rounds)
    for name in ("duckdb", "flat"):
        if plain(answers["ours"]) != plain(answers[name]):
            raise RuntimeError(f"{name} answers `{question.words}` otherwise")
    return times


def _asked_anew(question: Question) -> Callable[[], Answer]:
    """Our answer as if nobody had asked before: none that is kept counts."""

    def ask() -> Answer:
        forget_all()
        return question.ours()

    return ask


def _least(ask: Callable[[], Answer], rounds: int) -> tuple[Answer, float]:
    answer, found = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = ask()
        found.append((time.perf_counter() - began) * 1000)
    return answer, min(found)


def _rows(sql: str) -> Answer:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(sql)
        return list(cursor.fetchall())
