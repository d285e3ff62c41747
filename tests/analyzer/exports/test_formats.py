"""Every format, read back by a program that is not ours: the rows of the page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import openpyxl
import polars
import pytest
from django.http import QueryDict
from pyarrow import parquet

from analyzer.exports.formats import workbook
from analyzer.exports.formats.registry import chosen
from analyzer.exports.levels import question_of
from analyzer.exports.rows import Rows, rows_file
from analyzer.exports.taking import Taking
from analyzer.models import Server
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, read_page
from tests.analyzer.exports.conftest import add_session
from web.downloads import TooLargeFileError
from web.formats import parquet as our_parquet

NOW = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
ALL_DAYS = Filters.everything()
pytestmark = pytest.mark.usefixtures("filled", "db")

HOSTILE = [
    *('=HYPERLINK("http://example.com/"&A1;"x")', "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1"),
    *("http://example.com/", "mailto:a@example.com", "12e3", "00012", "TRUE", "{=1+1}"),
    *(
        'CN="Doe, Jane";O=x|y',
        "CN=a\r\nb",
        "CN=<img src=x onerror=alert(1)>",
        "CN=\u4e2d\U0001f512",
    ),
    *("_x0041_", " leading and trailing "),
]


def taken(question: Question, form: str, sort: str | None = None, **options: str) -> IO[bytes]:
    taking = Taking(by=None, now=NOW, target=question.table.name, filters=ALL_DAYS)
    rows = Rows(question, question.table.columns, sort)
    with rows_file(rows, taking, chosen=chosen(form, **options))[1] as file:
        return io.BytesIO(file.read())


def shown(question: Question, sort: str | None = None) -> list[dict[str, Any]]:
    page = read_page(question, sort=sort, after=None, limit=1000)
    assert page.next is None
    keys = [column.key for column in question.table.columns]
    return [
        {"zone": row.get("time_zone", "UTC"), **{key: row[key] for key in keys}}
        for row in page.rows
    ]


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "zone"}


def questions() -> list[Question]:
    found = [question_of(ALL_DAYS, role=role) for role in Server.Role.values]
    return [*found, question_of(ALL_DAYS), question_of(ALL_DAYS, certificates_at=NOW)]


def as_text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


@pytest.mark.parametrize("quoting", ["minimal", "all", "nonnumeric"])
@pytest.mark.parametrize(
    ("delimiter", "sign"),
    [("comma", ","), ("semicolon", ";"), ("pipe", "|"), ("tab", "\t"), ("~", "~"), ("/", "/")],
)
def test_csv_has_the_delimiter_and_quoting_that_are_asked_for(
    delimiter: str, sign: str, quoting: str
) -> None:
    for question in questions():
        text = taken(question, "csv", delimiter=delimiter, quoting=quoting).read().decode()
        header, *cells = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        assert header == [column.key for column in question.table.columns]
        rows = shown(question)
        assert cells == [[as_text(value) for value in plain(row).values()] for row in rows]


def test_quoting_is_what_its_words_say() -> None:
    question = question_of(ALL_DAYS, role="server")
    columns = question.table.chosen(["job", "connections"])
    taking = Taking(by=None, now=NOW, target="servers", filters=ALL_DAYS)

    def first(quoting: str) -> str:
        rows = Rows(question, columns, "-job")
        with rows_file(rows, taking, chosen=chosen("csv", quoting=quoting))[1] as file:
            return file.read().decode().splitlines()[1]

    row = shown(question, "-job")[0]
    job, connections = row["job"], row["connections"]
    assert first("minimal") == f"{job},{connections}"
    assert first("all") == f'"{job}","{connections}"'
    assert first("nonnumeric") == f'"{job}",{connections}'


def test_json_lines_have_the_values_of_the_page() -> None:
    for question in questions():
        found = [json.loads(line) for line in taken(question, "jsonl").read().splitlines()]
        assert found == [
            {
                key: value.isoformat() if isinstance(value, datetime) else value
                for key, value in plain(row).items()
            }
            for row in shown(question)
        ]


def test_parquet_has_typed_columns() -> None:
    for question in questions():
        found = polars.read_parquet(taken(question, "parquet"))
        rows = [plain(row) for row in shown(question)]
        assert len(rows) == found.height
        assert found.columns == [column.key for column in question.table.columns]
        assert found.rows() == [tuple(row.values()) for row in rows]
        for column in question.table.columns:
            expected: Any = polars.String
            if column.kind in {"int", "count", "bytes"}:
                expected = polars.Int64
            if column.kind == "time":
                expected = polars.Datetime("us", "UTC")
            assert found.schema[column.key] == expected, column.key


def test_parquet_of_nothing_has_its_columns() -> None:
    filters, _ = Filters.from_params(QueryDict("days=all&job=NOBODY"))
    found = polars.read_parquet(taken(question_of(filters), "parquet"))
    assert found.height == 0
    assert found.schema["connections"] == polars.Int64


def test_parquet_comes_in_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(our_parquet, "GROUP_ROWS", 10)
    monkeypatch.setattr("analyzer.exports.formats.content.BATCH_ROWS", 4)
    question = question_of(ALL_DAYS)
    found = parquet.ParquetFile(taken(question, "parquet"))
    rows = len(shown(question))
    assert found.metadata.num_rows == rows
    assert found.metadata.row_group(0).num_rows == 12
    assert found.num_row_groups == -(-rows // 12)


def cells_of(file: IO[bytes]) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(file, read_only=True)
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book
    }


def as_cells(rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """What a spreadsheet holds of a row: local times, nothing for the empty text."""
    return [
        [
            value.astimezone(ZoneInfo(row["zone"])).replace(tzinfo=None, microsecond=0)
            if isinstance(value, datetime)
            else value or (None if value == "" else value)
            for value in plain(row).values()
        ]
        for row in rows
    ]


def test_a_workbook_has_the_values_of_the_page() -> None:
    for question in questions():
        found = cells_of(taken(question, "xlsx"))
        rows = shown(question)
        header, *cells = found["Rows 1"]
        width = len(question.table.columns)
        assert header == [column.key for column in question.table.columns]
        assert [row + [None] * (width - len(row)) for row in cells] == as_cells(rows)
        assert found["About"][0] == ["Rows", str(len(rows))]


def hostile_question(names: Sequence[str]) -> Question:
    server = Server.objects.filter(role="server").first()
    assert server is not None
    for number, name in enumerate(names, start=10_000):
        add_session(number, server=server, client_ip="192.0.2.77", dn_tls_server_subject=name)
    filters, _ = Filters.from_params(QueryDict("days=all&client_ip=192.0.2.77"))
    return question_of(filters, server=server, protocol="TLS", detail="dn")


def test_names_of_strangers_stay_text_in_every_format() -> None:
    question = hostile_question(HOSTILE)
    key = "dn_tls_server_subject"
    lines = taken(question, "jsonl", "session_id").read().splitlines()
    assert [json.loads(line)[key] for line in lines] == HOSTILE
    assert list(polars.read_parquet(taken(question, "parquet", "session_id"))[key]) == HOSTILE
    book = openpyxl.load_workbook(taken(question, "xlsx", "session_id"))
    place = [column.key for column in question.table.columns].index(key)
    cells = [row[place] for row in book["Rows 1"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(HOSTILE)
    assert not [cell for cell in cells if cell.hyperlink]
    # A spreadsheet's XML has one sign for a line's end.
    expected = [name.replace("\r\n", "_x000D_\n") for name in HOSTILE]
    assert [cell.value.replace("\r\n", "_x000D_\n") for cell in cells] == [
        name.replace("_x0041_", "_x005F_x0041_") if name == "_x0041_" else name for name in expected
    ]


def test_a_text_that_no_cell_can_hold_is_cut_and_the_workbook_says_so() -> None:
    question = hostile_question(["CN=" + "a" * 40_000])
    found = cells_of(taken(question, "xlsx"))
    place = [column.key for column in question.table.columns].index("dn_tls_server_subject")
    assert found["Rows 1"][1][place] == "CN=" + "a" * 32_763 + "…"
    # The builder names the protection by it, so that the line in words is as long.
    assert ["Cut texts", "2 longer than a cell; they end with …"] in found["About"]


def test_more_rows_than_a_sheet_can_have_go_to_further_sheets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 21)
    question = question_of(ALL_DAYS)
    found = cells_of(taken(question, "xlsx"))
    rows = len(shown(question))
    sheets = [name for name in found if name.startswith("Rows")]
    assert len(sheets) == -(-rows // 20)
    assert sum(len(found[name]) - 1 for name in sheets) == rows
    assert len({tuple(found[name][0]) for name in sheets}) == 1
    assert found["About"][3][0] == "Sheets"


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_a_file_that_grows_past_the_limit_is_none(form: str, settings: Any, tmp_path: Path) -> None:
    settings.EXPORT_MAX_BYTES = 100
    with pytest.raises(TooLargeFileError):
        taken(question_of(ALL_DAYS), form)
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_nothing_stays_on_the_disk(form: str, settings: Any) -> None:
    taken(question_of(ALL_DAYS), form).close()
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_the_database_answers_while_a_failure_in_the_middle_is_still_told(
    form: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A COPY that nobody ends would keep the connection for ever."""
    monkeypatch.setattr("web.csv_stream.BLOCK_BYTES", 100)
    monkeypatch.setattr("analyzer.exports.formats.content.BATCH_ROWS", 2)
    monkeypatch.setattr(our_parquet, "GROUP_ROWS", 2)
    settings.EXPORT_MAX_BYTES = 200
    try:
        taken(question_of(ALL_DAYS), form)
    except TooLargeFileError:
        assert Server.objects.exists()
    else:
        pytest.fail("it was written")
