"""Memory does not grow with the rows, whatever the format."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pyarrow
import pytest

from analyzer.exports.formats.content import Content
from analyzer.exports.formats.registry import BY_NAME
from analyzer.queries.pages import Question
from analyzer.queries.relations import Relation
from analyzer.queries.terms.term import Clause
from analyzer.tables.columns import Column, Table
from web.csv_stream import PLAIN
from web.downloads import Room, written

TABLE = Table(
    name="many",
    one="row",
    many="rows",
    columns=(
        Column("n", "N", kind="count"),
        Column("name", "Name"),
        Column("at", "At", kind="time"),
    ),
    default_sort="n",
)
ROWS = """SELECT n AS id, n, 'CN=' || repeat(md5(n::text), 8) AS name, 'UTC' AS time_zone,
    timestamptz '2026-01-01 00:00Z' + n * interval '1 s' AS at FROM generate_series(1, %s) n"""
FEW, MANY = 5_000, 60_000


def peak(form: str, rows: int, directory: Path) -> int:
    """Bytes at most, those of Arrow included, which Python does not see."""
    relation = Relation(Clause(ROWS, (rows,)), Clause("SELECT 1 AS id"))
    room = Room(1 << 30)
    content = Content(Question(TABLE, relation), TABLE.columns, None, "many rows", 0, room)
    tracemalloc.start()
    pool = pyarrow.system_memory_pool()
    before = pyarrow.default_memory_pool()
    pyarrow.set_memory_pool(pool)
    try:
        with written(lambda file: BY_NAME[form].write(content, file, PLAIN), directory) as file:
            assert file.read(2)
        return tracemalloc.get_traced_memory()[1] + (pool.max_memory() or 0)
    finally:
        tracemalloc.stop()
        pyarrow.set_memory_pool(before)


@pytest.mark.django_db
@pytest.mark.parametrize("form", [*BY_NAME])
def test_twelve_times_the_rows_take_no_more_memory(form: str, tmp_path: Path) -> None:
    peak(form, FEW, tmp_path)
    few, many = peak(form, FEW, tmp_path), peak(form, MANY, tmp_path)
    assert MANY * 260 > 15_000_000  # bytes of names alone
    assert many < 12_000_000, (few, many)
