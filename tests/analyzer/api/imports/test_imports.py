"""Imports by the interface."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analyzer.ingest import pipeline
from analyzer.models import AuditEntry, Import
from tests.analyzer.api.conftest import rows_of
from tests.analyzer.ingest.conftest import SAMPLES, Ingest, expected

LIST = "/api/v1/imports/"


@pytest.fixture
def roots(tmp_path: Path, settings: Any) -> Path:
    root = tmp_path / "dumps"
    root.mkdir()
    settings.IMPORT_ROOTS = [root]
    return root


def make_imports(number: int) -> None:
    Import.objects.bulk_create(
        Import(source="api", name=f"{n}", path="/x", submitted_at=timezone.now())
        for n in range(number)
    )


def post(client: Client, **body: Any) -> Any:
    return client.post(LIST, body, content_type="application/json")


@pytest.mark.django_db
def test_an_upload_becomes_an_import(analyst: Client) -> None:
    file = SimpleUploadedFile("day.smf", (SAMPLES / "zos32.smf").read_bytes())
    answer = analyst.post(LIST, {"file": file, "comment": "weekly", "framing": "rdw"})
    assert answer.status_code == 201, answer.content
    (made,) = answer.json()["imports"]
    assert (made["name"], made["comment"], made["forced_framing"]) == ("day.smf", "weekly", "rdw")
    assert (made["state"], made["source"], made["submitted_by"]) == ("pending", "api", "analyst")
    assert AuditEntry.objects.get().action == "import.submit"


def test_an_import_says_what_it_found(ingest: Ingest, analyst: Client) -> None:
    wanted = expected("damaged.smf")
    made = ingest(SAMPLES / "damaged.smf")
    found = analyst.get(f"{LIST}{made.pk}/").json()
    assert (found["state"], found["added"]) == ("complete", wanted["summary_interval"])
    assert (found["rejected"], found["truncated_tail"]) == (wanted["rejected"], True)
    assert found["earliest"] == made.earliest.isoformat()
    rejects = rows_of(analyst, f"{LIST}{made.pk}/rejects/", limit=2)
    assert len([row for row in rejects if not row["is_tail"]]) == wanted["rejected"]
    assert all(row["reason"] and row["offset"] >= 0 for row in rejects)
    dump = (SAMPLES / "damaged.smf").read_bytes()
    for row in rejects:
        head = bytes.fromhex(row["head"])
        assert head
        assert dump[row["offset"] : row["offset"] + len(head)] == head
    assert [row["offset"] for row in rejects] == sorted(row["offset"] for row in rejects)


@pytest.mark.django_db
def test_a_pattern_makes_an_import_for_each_file(analyst: Client, roots: Path) -> None:
    for name in ("a.smf", "b.smf"):
        (roots / name).write_bytes(gzip.decompress((SAMPLES / "site-rdw.smf.gz").read_bytes()))
    answer = post(analyst, path=f"{roots}/*.smf", comment="both")
    assert answer.status_code == 201
    assert [made["name"] for made in answer.json()["imports"]] == [
        str(roots / "a.smf"),
        str(roots / "b.smf"),
    ]
    assert Import.objects.filter(comment="both", source="api").count() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "file"),
        ({"path": "/etc/passwd"}, "path"),
        ({"path": "relative"}, "path"),
        ({"path": "/x", "framing": "cards"}, "framing"),
        ({"path": "/x", "comment": "c" * 201}, "comment"),
        ({"path": "/x", "colour": "red"}, "colour"),
        ({"path": "/x\0"}, "path"),
        ({"path": ["/x"]}, "path"),
    ],
)
@pytest.mark.usefixtures("roots")
@pytest.mark.django_db
def test_what_can_not_be_imported_is_an_error_by_field(
    analyst: Client, body: dict[str, Any], field: str
) -> None:
    answer = post(analyst, **body)
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {field}
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_a_file_and_a_path_exclude_each_other(analyst: Client, roots: Path) -> None:
    answer = analyst.post(LIST, {"file": SimpleUploadedFile("a", b"x"), "path": f"{roots}/a"})
    assert answer.status_code == 400


@pytest.mark.django_db
def test_two_files_in_a_request_are_refused_and_not_half_taken(analyst: Client) -> None:
    files = [SimpleUploadedFile("a", b"x"), SimpleUploadedFile("b", b"y")]
    answer = analyst.post(LIST, {"file": files})
    assert answer.status_code == 400
    assert not Import.objects.exists()


@pytest.mark.parametrize("body", ["{", "[]", "1", '"x"'])
@pytest.mark.django_db
def test_a_body_that_is_no_object_is_an_error(analyst: Client, body: str) -> None:
    answer = analyst.generic("POST", LIST, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.django_db
def test_cancel_ends_an_import_once(analyst: Client) -> None:
    make_imports(1)
    path = f"{LIST}{Import.objects.get().pk}/cancel/"
    answer = analyst.post(path)
    assert (answer.status_code, answer.json()["state"]) == (200, "canceled")
    assert AuditEntry.objects.get().action == "import.cancel"
    assert analyst.post(path).status_code == 409
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("tail", ["", "cancel/", "rejects/"])
@pytest.mark.django_db
def test_an_import_that_is_not_there_is_404(analyst: Client, tail: str) -> None:
    method = "POST" if tail == "cancel/" else "GET"
    answer = analyst.generic(method, f"{LIST}4711/{tail}")
    assert answer.status_code == 404
    assert answer.json() == {"error": "there is no such import"}


@pytest.mark.django_db
def test_pages_lead_through_all_imports_the_latest_first(analyst: Client) -> None:
    make_imports(25)
    found = rows_of(analyst, LIST, limit=7)
    assert [row["id"] for row in found] == list(
        Import.objects.order_by("-submitted_at", "-pk").values_list("pk", flat=True)
    )


@pytest.mark.parametrize("query", ["after=x", "limit=0", "colour=red", "days=1"])
@pytest.mark.django_db
def test_unknown_and_damaged_parameters_are_errors(analyst: Client, query: str) -> None:
    answer = analyst.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {query.partition("=")[0]}


@pytest.mark.django_db
def test_more_imports_cost_no_more_queries(analyst: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert analyst.get(LIST).status_code == 200
        return len(found)

    make_imports(3)
    few = queries()
    make_imports(27)
    assert queries() == few


def test_a_submitted_upload_runs(store: None, analyst: Client) -> None:
    file = SimpleUploadedFile("z.smf", (SAMPLES / "zos32.smf").read_bytes())
    made = analyst.post(LIST, {"file": file}).json()["imports"][0]
    pipeline.run(made["id"])
    found = analyst.get(f"{LIST}{made['id']}/").json()
    assert found["state"] == "complete"
    assert found["added"] == expected("zos32.smf")["summary_interval"]
    assert reverse("api_import", args=[made["id"]]) == f"{LIST}{made['id']}/"
