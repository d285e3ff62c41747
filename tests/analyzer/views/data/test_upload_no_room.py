"""Uploads while the disk is full: what is said, and that nothing half stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, Import, StoredFile
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page
from tests.faults import full_disk

pytestmark = pytest.mark.django_db
SIZES = [1, 200_000]  # the first is in memory until its end


@pytest.fixture
def analyst(client_as: ClientAs) -> Client:
    return client_as("analyst")


def send(client: Client, *files: tuple[str, bytes], accept: str = "text/html") -> Any:
    dumps = [SimpleUploadedFile(name, data) for name, data in files]
    given = {"dumps": dumps, "comment": "October"}
    return client.post(reverse("data_upload"), given, headers={"Accept": accept})


def left() -> list[object]:
    places = (django_settings.UPLOADS, django_settings.FILE_UPLOAD_TEMP_DIR)
    files = [path for place in places for path in Path(place).iterdir()]
    return [*files, *Import.objects.all(), *StoredFile.objects.all(), *AuditEntry.objects.all()]


@pytest.fixture(params=["incoming", "uploads"])
def full(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room while the file arrives, or for the copy that is kept of it."""
    if request.param == "incoming":
        full_disk.fill_incoming(monkeypatch)
    else:
        full_disk.fill_uploads(monkeypatch)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("size", SIZES)
def test_a_full_disk_is_507_with_what_to_do_at_the_field(analyst: Client, size: int) -> None:
    answer = send(analyst, ("a.smf", b"x" * size))
    page = Page(answer)
    assert answer.status_code == 507
    assert full_disk.WORDS in page.text
    assert "This field is required" not in page.text
    assert page.one("input", id="upload-comment")["value"] == "October"
    assert left() == []


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("size", SIZES)
def test_script_is_told_the_same(analyst: Client, size: int) -> None:
    answer = send(analyst, ("a.smf", b"x" * size), accept="application/json")
    assert answer.status_code == 507
    assert answer.json() == {"error": full_disk.WORDS}
    assert left() == []


@pytest.mark.usefixtures("full")
def test_of_several_files_none_stays(analyst: Client) -> None:
    assert send(analyst, ("a.smf", b"a" * 70_000), ("b.smf", b"b")).status_code == 507
    assert left() == []


def test_files_that_found_room_are_imported_and_the_others_named(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk.fill_uploads(monkeypatch, after=1)
    answer = send(analyst, ("a.smf", b"a"), ("b.smf", b"b"), ("c.smf", b"c"))
    imported = Import.objects.get()
    assert imported.name == "a.smf"
    assert answer["Location"] == reverse("data_import_detail", args=[imported.pk])
    words = Page(analyst.get(answer["Location"])).text
    assert f"Not taken: b.smf: {full_disk.WORDS}" in words
    assert f"Not taken: c.smf: {full_disk.WORDS}" in words
    assert [path.name for path in Path(django_settings.UPLOADS).iterdir()] == [
        StoredFile.objects.get().sha256
    ]


def test_with_room_again_the_same_upload_goes_through(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        full_disk.fill_incoming(patched)
        assert send(analyst, ("a.smf", b"a")).status_code == 507
    assert send(analyst, ("a.smf", b"a")).status_code == 302
    assert Import.objects.get().name == "a.smf"


@pytest.mark.usefixtures("full")
def test_a_form_of_another_page_is_refused_as_ever(analyst: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = analyst.cookies
    assert send(strict, ("a.smf", b"a")).status_code == 403
    assert left() == []


def test_a_disk_that_is_broken_is_not_called_full(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "UPLOADS", Path(django_settings.UPLOADS) / "gone" / "x")
    Path(django_settings.UPLOADS).parent.write_bytes(b"not a directory")
    analyst.raise_request_exception = False
    assert send(analyst, ("a.smf", b"a")).status_code == 500
