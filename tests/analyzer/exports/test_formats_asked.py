"""Formats and options as addresses, cookies, headers and commands ask for them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, SecuritySession, Server
from tests.analyzer.views.page import said

pytestmark = pytest.mark.usefixtures("filled", "db")
ClientAs = Callable[[str], Client]
SERVERS = "report_servers"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"format": "pdf"}, "`pdf` is none of csv, jsonl, parquet, xlsx"),
        ({"format": "csv", "delimiter": "a"}, "`a` is no delimiter"),
        ({"format": "csv", "delimiter": '"'}, "is no delimiter"),
        ({"format": "csv", "delimiter": "\n"}, "is no delimiter"),
        ({"format": "csv", "delimiter": "-"}, "`-` is no delimiter"),
        ({"format": "csv", "delimiter": "||"}, "`||` is no delimiter"),
        ({"format": "csv", "delimiter": "ä"}, "`ä` is no delimiter"),
        ({"format": "csv", "delimiter": "own"}, "give the character"),
        ({"format": "csv", "quoting": "some"}, "`some` is none of minimal, all, nonnumeric"),
    ],
)
def test_what_can_not_be_used_is_400_with_the_reason(
    client_as: ClientAs, params: dict[str, str], why: str
) -> None:
    answer = client_as("analyst").get(reverse(SERVERS), params)
    assert answer.status_code == 400
    page = said(answer).replace("&quot;", '"')
    assert why in page
    assert not AuditEntry.objects.exists()


def test_the_last_choice_is_remembered_and_a_damaged_one_forgotten(client_as: ClientAs) -> None:
    client = client_as("analyst")
    asked = {"format": "csv", "delimiter": "own", "own_delimiter": "^", "quoting": "all"}
    taken = client.get(reverse(SERVERS), {"days": "all", **asked})
    assert taken.getvalue().startswith(b'"sysplex"^"system"')
    page = client.get(reverse(SERVERS), {"days": "all"}).content.decode()
    assert 'value="^"' in page
    assert '<option value="own" selected>' in page
    assert '<option value="all" selected>' in page
    client.get(reverse(SERVERS), {"days": "all", "format": "xlsx"}).getvalue()
    assert '<option value="xlsx" selected>' in client.get(reverse(SERVERS)).content.decode()
    for damaged in ("csv.all.110000", "csv.all.zz", "doc", "csv.some.comma", "...."):
        client.cookies["export"] = damaged
        page = client.get(reverse(SERVERS), {"days": "all"}).content.decode()
        assert '<option value="csv" selected>' in page
        assert '<option value="comma" selected>' in page


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/x-ndjson", "application/x-ndjson; charset=utf-8"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        (XLSX, XLSX),
        ("application/json", "application/json"),
        ("application/pdf", None),
    ],
)
def test_the_api_answers_in_the_form_that_the_header_accepts(
    client_as: ClientAs, accept: str, kind: str | None
) -> None:
    for name in ("api_servers", "api_sessions", "api_certificates", "api_compare"):
        path = reverse(name)
        answer = client_as("analyst").get(path, {"from": "2026-03-10"}, headers={"accept": accept})
        answer.getvalue()  # of some there are no rows here
        assert answer.status_code == (200 if kind else 406)
        assert answer["Content-Type"] == (kind or "application/json")


def test_the_api_gives_the_same_rows_in_every_format(client_as: ClientAs) -> None:
    client, path = client_as("analyst"), reverse("api_servers")

    def taken(form: str, **more: str) -> bytes:
        answer = client.get(path, {"days": "all", "columns": "job,tls", "format": form, **more})
        assert answer.status_code == 200
        data: bytes = answer.getvalue()
        return data

    text = taken("csv", delimiter="pipe", quoting="nonnumeric").decode()
    rows = [[job, int(tls)] for job, tls in list(csv.reader(io.StringIO(text), delimiter="|"))[1:]]
    assert len(rows) == Server.objects.filter(role="server").count()
    lines = [json.loads(line) for line in taken("jsonl").splitlines()]
    assert [[line["job"], line["tls"]] for line in lines] == rows
    assert [list(row) for row in polars.read_parquet(taken("parquet")).rows()] == rows
    sheet = openpyxl.load_workbook(io.BytesIO(taken("xlsx")))["Rows 1"]
    cells = [[row[0].value or "", row[1].value] for row in sheet.iter_rows(min_row=2)]
    assert cells == rows


def test_the_api_refuses_options_where_they_mean_nothing(client_as: ClientAs) -> None:
    client, path = client_as("analyst"), reverse("api_servers")
    answer = client.get(path, {"format": "xlsx", "delimiter": "tab"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"delimiter": "`delimiter` is not a parameter here"}
    answer = client.get(path, {"format": "csv", "delimiter": "x"})
    assert answer.json()["errors"].keys() == {"delimiter"}


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_commands_know_the_same_formats(tmp_path: Path) -> None:
    path, total = tmp_path / "rows", SecuritySession.objects.count()
    run("export", "sessions", "--format", "parquet", "--output", str(path))
    assert polars.read_parquet(path.read_bytes()).height == total
    run("export", "sessions", "--format", "xlsx", "--columns", "job", "--output", str(path))
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert book["Rows 1"].max_row == 1 + total
    text = run("query", "--filter", "days=all", "--format", "csv", "--delimiter", "tab")
    assert text.startswith("sysplex\tsystem\t")
    lines = run("query", "--filter", "days=all", "--format", "jsonl", "--columns", "job")
    assert json.loads(lines.splitlines()[0]).keys() == {"job"}
    with pytest.raises(CommandError, match="parquet is no text: say --output FILE"):
        run("export", "sessions", "--format", "parquet")
    with pytest.raises(CommandError, match="is no delimiter"):
        run("export", "sessions", "--format", "csv", "--delimiter", "xy")


def test_a_file_that_grows_too_large_is_an_error_and_none(
    client_as: ClientAs, settings: Any, tmp_path: Path
) -> None:
    settings.EXPORT_MAX_BYTES = 100
    answer = client_as("analyst").get(reverse(SERVERS), {"days": "all", "format": "csv"})
    assert answer.status_code == 503
    assert "The file would be larger than 100 bytes" in answer.content.decode()
    answer = client_as("analyst").get(reverse("api_sessions"), {"days": "all", "format": "jsonl"})
    assert answer.status_code == 503
    assert "larger than 100 bytes" in answer.json()["error"]
    with pytest.raises(CommandError, match="larger than 100 bytes"):
        run("export", "sessions", "--format", "xlsx", "--output", str(tmp_path / "rows"))
    assert not (tmp_path / "rows").exists()
    assert not AuditEntry.objects.filter(action="export.done").exists()


def test_certificates_are_rows_of_the_commands_as_well() -> None:
    head = "name,issuer,serial,key_type"
    assert run("export", "certificates", "--format", "csv").startswith(head)
    assert run("query", "--filter", "days=all", "--rows", "certificates").startswith(head)
