"""Uploads: one file or several, what is refused and why, answers for forms and for script."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from analyzer.ingest import pipeline
from analyzer.models import AuditEntry, Import, StoredFile
from tests.analyzer.views.conftest import SAMPLES, ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
JSON = {"headers": {"Accept": "application/json"}}
OnCommit = Callable[..., Any]


@pytest.fixture
def analyst(client_as: ClientAs) -> Client:
    return client_as("analyst")


def send(client: Client, *files: tuple[str, bytes], more: Any = None, **given: str) -> Any:
    dumps = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse("data_upload"), {"dumps": dumps, **given}, **(more or {}))


def kept() -> list[str]:
    return sorted(path.name for path in Path(django_settings.UPLOADS).iterdir())


def incoming() -> list[Path]:
    return list(Path(django_settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_one_file_is_kept_and_leads_to_its_import(analyst: Client) -> None:
    data = (SAMPLES / "zos32.smf").read_bytes()
    answer = send(analyst, ("zos32.smf", data), comment="October", framing="")
    imported = Import.objects.get()
    assert answer["Location"] == reverse("data_import_detail", args=[imported.pk])
    assert (imported.source, imported.name, imported.comment) == ("upload", "zos32.smf", "October")
    assert imported.state == "pending"
    assert imported.size_bytes == len(data)
    assert str(imported.submitted_by) == "analyst"
    assert kept() == [StoredFile.objects.get().sha256]
    assert incoming() == []
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_name, entry.target) == (
        "import.submit",
        "analyst",
        "zos32.smf",
    )


def test_a_worker_can_read_what_was_uploaded(analyst: Client) -> None:
    send(analyst, ("zos32.smf", (SAMPLES / "zos32.smf").read_bytes()))
    imported = Import.objects.get()
    pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.rejected) == ("complete", 0)
    assert imported.added > 100


def test_several_files_are_several_imports(analyst: Client) -> None:
    answer = send(analyst, ("a.smf", b"aaaa"), ("b.smf", b"bbbb"), ("c.smf", b"aaaa"))
    assert answer["Location"] == reverse("data_history")
    assert [one.name for one in Import.objects.order_by("pk")] == ["a.smf", "b.smf", "c.smf"]
    assert StoredFile.objects.count() == len(kept()) == 2  # two of them are the same bytes
    assert "3 imports have been submitted." in Page(analyst.get(answer["Location"])).text


def test_script_gets_json_with_the_way_on(analyst: Client) -> None:
    answer = send(analyst, ("a.smf", b"aaaa"), more=JSON)
    assert answer.status_code == 201
    href = reverse("data_import_detail", args=[Import.objects.get().pk])
    assert answer.json() == {"href": href}


def test_the_framing_can_be_forced(analyst: Client) -> None:
    send(analyst, ("a.smf", b"aaaa"), framing="vbs")
    assert Import.objects.get().forced_framing == "vbs"


@pytest.mark.parametrize(
    ("files", "given", "why"),
    [
        ([], {}, "This field is required."),
        ([("empty.smf", b"")], {}, "empty.smf: The submitted file is empty."),
        ([("a.smf", b"a"), ("empty.smf", b"")], {}, "empty.smf: The submitted file is empty."),
        ([("a.smf", b"a")], {"framing": "tape"}, "tape is not one of the available choices."),
        ([("a.smf", b"a")], {"comment": "x" * 201}, "at most 200 characters"),
        ([("a.smf", b"a")], {"comment": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_can_not_be_taken_is_said_and_nothing_is_kept(
    analyst: Client, files: list[tuple[str, bytes]], given: dict[str, str], why: str
) -> None:
    answer = send(analyst, *files, **given)
    assert answer.status_code == 422
    assert why in Page(answer).text
    answer = send(analyst, *files, more=JSON, **given)
    assert answer.status_code == 422
    assert why in answer.json()["error"]
    assert (Import.objects.count(), kept(), incoming()) == (0, [], [])


def test_a_file_past_the_limit_is_cut_off_while_it_arrives(analyst: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    answer = send(analyst, ("big.smf", b"x" * 100_001))
    assert answer.status_code == 422
    assert "big.smf: larger than the limit of 100\u202fKB" in answer.content.decode()
    assert "This field is required" not in Page(answer).text
    assert (Import.objects.count(), kept(), incoming()) == (0, [], [])
    assert send(analyst, ("fits.smf", b"x" * 100_000)).status_code == 302


def test_a_file_past_the_limit_stops_the_others_that_came_with_it(
    analyst: Client, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    answer = send(analyst, ("a.smf", b"a"), ("big.smf", b"x" * 300_000), ("c.smf", b"c"))
    assert answer.status_code == 422
    assert "big.smf: larger" in Page(answer).text
    assert not Import.objects.exists()


def test_what_was_typed_stays_when_the_file_is_refused(analyst: Client) -> None:
    page = Page(send(analyst, ("e", b""), comment="October", framing="vbs"))
    assert page.one("input", id="upload-comment")["value"] == "October"
    assert "selected" in page.one("option", value="vbs", selected="")
    assert "need" in page.text


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\dumps\\a.smf", "a.smf"),
        ("<script>alert(1)<script>.smf", "<script>alert(1)<script>.smf"),
        ("a\u202egpj.smf", "agpj.smf"),
        ("x" * 300 + ".smf", "x" * 251 + ".smf"),
        ("a." + "x" * 300, "." + "x" * 254),
        ("a." + "\u4e2d" * 200, "a." + "\u4e2d" * 200),
    ],
)
def test_the_name_of_a_file_is_only_a_name(analyst: Client, sent: str, name: str) -> None:
    file = io.BytesIO(b"a")
    file.name = sent
    analyst.post(reverse("data_upload"), {"dumps": file})
    assert Import.objects.get().name == name
    assert kept() == [StoredFile.objects.get().sha256]


def test_who_may_not_import_sends_nothing_to_the_disk(client_as: ClientAs) -> None:
    for client in (Client(), client_as("viewer")):
        assert send(client, ("a.smf", b"x" * 100_000)).status_code in {302, 403}
    assert (incoming(), kept()) == ([], [])


def test_a_form_of_another_page_sends_nothing(analyst: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = analyst.cookies
    assert send(strict, ("a.smf", b"a")).status_code == 403
    token = Page(strict.get(reverse("data_import"))).all("input", name="csrfmiddlewaretoken")
    answer = send(strict, ("a.smf", b"a"), csrfmiddlewaretoken=token[0]["value"])
    assert answer.status_code == 302


def test_the_page_says_the_limits(analyst: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 8_000_000_000
    settings.IMPORT_ROOTS = []
    page = Page(analyst.get(reverse("data_import")))
    assert "up to 8.0 GB each" in page.text
    assert page.one("form", id="upload")["data-limit-bytes"] == "8000000000"
    assert "No folder is allowed yet; the setting ZERTIFY_IMPORT_ROOTS names them." in page.text


@pytest.mark.parametrize("name", ["sign_in", "data_upload"])
def test_a_stranger_puts_nothing_on_the_disk(name: str, settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "nowhere"  # whatever tried to write would fail
    file = SimpleUploadedFile("big.smf", b"x" * 5_000_000)
    answer = Client().post(reverse(name), {"username": "eve", "password": "guess", "file": file})
    assert answer.status_code in {302, 422}
