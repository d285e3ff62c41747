"""Files that programs send: what is too large or has no room, and when that is said."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from analyzer.models import AuditEntry, Import, StoredFile
from tests.faults import full_disk

pytestmark = pytest.mark.django_db
LIST = "/api/v1/imports/"
LIMIT = 100_000
TOO_LARGE = {"error": f"`a.smf` is larger than the limit of {LIMIT} bytes"}


@pytest.fixture(autouse=True)
def limit(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = LIMIT


def send(client: Client, size: int, **more: Any) -> tuple[Any, int]:
    """The answer to a file of that size, and how many bytes of the request were read for it."""
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.smf", b"x" * size)})
    wire = io.BytesIO(body)
    given = {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": MULTIPART_CONTENT}
    answer = client.generic("POST", LIST, **given, **{"wsgi.input": wire}, **more)
    return answer, wire.tell()


def left() -> list[object]:
    places = (django_settings.UPLOADS, django_settings.FILE_UPLOAD_TEMP_DIR)
    files = [path for place in places for path in Path(place).iterdir()]
    return [*files, *Import.objects.all(), *StoredFile.objects.all(), *AuditEntry.objects.all()]


def test_a_file_of_just_the_limit_is_taken(analyst: Client) -> None:
    assert send(analyst, LIMIT)[0].status_code == 201
    assert Import.objects.get().size_bytes == LIMIT


def test_a_file_past_the_limit_is_413_and_names_it(analyst: Client) -> None:
    answer, _ = send(analyst, LIMIT + 1)
    assert (answer.status_code, answer.json()) == (413, TOO_LARGE)
    assert left() == []


def test_the_rest_of_a_file_past_the_limit_is_not_read(analyst: Client) -> None:
    answer, read = send(analyst, 2_000_000)
    assert (answer.status_code, answer.json()) == (413, TOO_LARGE)
    assert LIMIT < read < 2 * LIMIT
    assert left() == []


def test_of_a_request_that_says_it_is_far_too_large_nothing_is_read(analyst: Client) -> None:
    answer, read = send(analyst, 3_000_000)
    assert answer.status_code == 413
    assert answer.json() == {"error": f"the request is larger than the limit of {LIMIT} bytes"}
    assert read == 0
    assert left() == []


def test_who_may_not_import_is_told_that_first(program: Callable[[str], Client]) -> None:
    answer, read = send(program("viewer"), 2_000_000)
    assert (answer.status_code, read) == (403, 0)


def test_a_browser_session_is_stopped_at_the_limit_as_well(person: Callable[[str], User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("analyst"))
    client.cookies["csrftoken"] = "a" * 32
    answer, read = send(client, 2_000_000, headers={"X-CSRFToken": "a" * 32})
    assert (answer.status_code, answer.json()) == (413, TOO_LARGE)
    assert read < 2 * LIMIT
    answer, _ = send(client, 10, headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201


def test_a_browser_session_without_the_right_is_not_listened_to(
    person: Callable[[str], User],
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("viewer"))
    client.cookies["csrftoken"] = "a" * 32
    answer, read = send(client, 2_000_000, headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 403
    assert read < LIMIT
    assert left() == []


def test_a_database_without_room_is_a_full_disk_and_leaves_no_file(
    analyst: Client, db: None
) -> None:
    """PostgreSQL itself says so, in the words of its own error."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;"
            " CREATE TRIGGER no_room BEFORE INSERT ON analyzer_import"
            " FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
    answer, _ = send(analyst, 10)
    assert (answer.status_code, answer.json()) == (507, {"error": full_disk.WORDS})
    assert left() == []


@pytest.mark.parametrize("length", ["", "many"])
def test_a_request_without_a_length_has_no_file(analyst: Client, length: str) -> None:
    answer = analyst.generic("POST", LIST, CONTENT_LENGTH=length, CONTENT_TYPE=MULTIPART_CONTENT)
    assert (answer.status_code, answer.json()["errors"].keys()) == (400, {"file"})


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_other_bodies_have_a_limit_of_their_own(analyst: Client, kind: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    answer = analyst.generic("POST", LIST, '{"path": "' + "x" * 1_000 + '"}', content_type=kind)
    assert answer.status_code == 413
    assert answer.json() == {"error": "all that is no file can be 1000 bytes"}


@pytest.mark.parametrize("fill", [full_disk.fill_incoming, full_disk.fill_uploads])
@pytest.mark.parametrize("size", [1, LIMIT])
def test_a_full_disk_is_507_with_what_to_do(
    analyst: Client, size: int, fill: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch)
    answer, _ = send(analyst, size)
    assert (answer.status_code, answer.json()) == (507, {"error": full_disk.WORDS})
    assert left() == []
