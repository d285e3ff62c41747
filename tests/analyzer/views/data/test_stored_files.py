"""The stored copy of an upload: fetched with an audit entry, dropped, gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.models import AuditEntry, Import, StoredFile
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
DATA = b"a dump" * 1000


@pytest.fixture
def uploaded(client_as: ClientAs) -> Import:
    """An upload whose import has ended."""
    given = {"dumps": SimpleUploadedFile('d"u mp.smf', DATA)}
    client_as("analyst").post(reverse("data_upload"), given)
    Import.objects.update(state="complete", finished_at=timezone.now())
    AuditEntry.objects.all().delete()
    return Import.objects.get()


def fetch(client: Client, uploaded: Import) -> Any:
    return client.get(reverse("data_file", args=[uploaded.pk]))


def drop(client: Client, uploaded: Import) -> Any:
    return client.post(reverse("data_file_drop", args=[uploaded.pk]))


def detail(client: Client, uploaded: Import) -> Page:
    return Page(client.get(reverse("data_import_detail", args=[uploaded.pk])))


def kept() -> list[Path]:
    return list(Path(django_settings.UPLOADS).iterdir())


def test_the_same_bytes_come_back_under_their_name(client_as: ClientAs, uploaded: Import) -> None:
    answer = fetch(client_as("analyst"), uploaded)
    assert answer.getvalue() == DATA
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="d\\"u mp.smf"'
    assert answer["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_name, entry.target) == (
        "file.fetch",
        "analyst",
        'd"u mp.smf',
    )


def test_a_look_at_the_head_takes_nothing(client_as: ClientAs, uploaded: Import) -> None:
    answer = client_as("analyst").head(reverse("data_file", args=[uploaded.pk]))
    assert answer.status_code == 200
    assert not AuditEntry.objects.exists()


def test_a_dropped_file_is_gone_and_what_came_from_it_stays(
    client_as: ClientAs, uploaded: Import
) -> None:
    client = client_as("administrator")
    assert "file/drop" in " ".join(form.action for form in detail(client, uploaded).forms)
    answer = drop(client, uploaded)
    page = Page(client.get(answer["Location"]))
    assert 'The stored copy of d"u mp.smf was dropped.' in page.text
    assert "dropped 20" in page.text
    assert "Import again" not in page.text
    assert (kept(), Import.objects.count()) == ([], 1)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_name) == ("file.drop", "administrator")
    assert fetch(client, uploaded).status_code == 404
    assert drop(client, uploaded).status_code == 404
    again = client.post(reverse("data_resubmit", args=[uploaded.pk]))
    assert "was dropped" in Page(client.get(again["Location"])).text


def test_an_import_that_runs_keeps_its_file(client_as: ClientAs, uploaded: Import) -> None:
    Import.objects.update(state="active", finished_at=None)
    client = client_as("administrator")
    answer = drop(client, uploaded)
    page = Page(client.get(answer["Location"]))
    assert "an import of this file has not ended yet" in page.text
    assert len(kept()) == 1
    assert "file/drop" not in " ".join(form.action for form in page.forms)


def test_a_file_that_vanished_from_the_disk_is_said(client_as: ClientAs, uploaded: Import) -> None:
    for path in kept():
        path.unlink()
    client = client_as("analyst")
    answer = fetch(client, uploaded)
    assert "is not there" in Page(client.get(answer["Location"])).text
    assert not AuditEntry.objects.exists()


def test_an_import_of_a_path_has_no_stored_file(client_as: ClientAs, uploaded: Import) -> None:
    Import.objects.update(stored_file=None, source="path")
    assert fetch(client_as("administrator"), uploaded).status_code == 404
    page = detail(client_as("administrator"), uploaded)
    assert reverse("data_file", args=[uploaded.pk]) not in {link["href"] for link in page.all("a")}


def test_a_dropped_file_that_is_uploaded_again_is_there_again(
    client_as: ClientAs, uploaded: Import
) -> None:
    client = client_as("administrator")
    drop(client, uploaded)
    client.post(reverse("data_upload"), {"dumps": SimpleUploadedFile("again.smf", DATA)})
    assert StoredFile.objects.get().dropped_at is None
    assert fetch(client, uploaded).getvalue() == DATA
