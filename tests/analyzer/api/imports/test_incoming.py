"""Saved paths, stored files and settings of systems through the interface; lists in pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, Delivery, Import, ImportPath, Prune, SystemSettings, Watch
from analyzer.standing.sending.webhook import secret_of
from tests.analyzer.api.conftest import rows_of
from tests.analyzer.standing.rows import watched
from tests.builders.saved_queries import save

pytestmark = pytest.mark.usefixtures("filled", "db")
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def admin(program: Callable[[str], Client]) -> Client:
    return program("administrator")


def sent(client: Client, method: str, path: str, body: object = None) -> Any:
    return getattr(client, method)(path, body, content_type="application/json")


def test_a_path_is_added_and_removed(analyst: Client, tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_ROOTS = [tmp_path.resolve()]
    given = {"path": f"{tmp_path.resolve()}/*.smf", "comment": "nightly"}
    made = sent(analyst, "post", "/api/v1/paths/", given)
    assert made.status_code == 201, made.content
    one = f"/api/v1/paths/{made.json()['id']}/"
    assert analyst.get(one).json() == made.json()
    assert made.json()["added_by"] == "analyst"
    twice = sent(analyst, "post", "/api/v1/paths/", given)
    assert (twice.status_code, [*twice.json()["errors"]]) == (400, ["path"])
    outside = sent(analyst, "post", "/api/v1/paths/", {"path": "/etc/*"})
    assert (outside.status_code, [*outside.json()["errors"]]) == (400, ["path"])
    assert analyst.delete(one).status_code == 204
    assert analyst.delete(one).status_code == 404
    assert not ImportPath.objects.exists()


def test_a_stored_file_is_fetched_imported_again_and_dropped(
    analyst: Client, admin: Client
) -> None:
    file = SimpleUploadedFile("x.smf", b"no record")
    pk = analyst.post("/api/v1/imports/", {"file": file}).json()["imports"][0]["id"]
    path = reverse("api_import_file", args=[pk])
    answer = analyst.get(path)
    assert answer.getvalue() == b"no record"
    assert answer["Content-Type"] == "application/octet-stream"
    assert 'filename="x.smf"' in answer["Content-Disposition"]
    again = sent(analyst, "post", reverse("api_resubmit", args=[pk]))
    assert (again.status_code, again.json()["name"]) == (201, "x.smf")
    assert again.json()["id"] != pk
    assert admin.delete(path).status_code == 409  # imports of it have not ended
    Import.objects.update(state="complete", finished_at=NOW)
    assert admin.delete(path).status_code == 204
    assert analyst.get(path).status_code == 404
    assert sent(analyst, "post", reverse("api_resubmit", args=[pk])).status_code == 409
    actions = [*AuditEntry.objects.order_by("pk").values_list("action", flat=True)]
    assert actions == ["import.submit", "file.fetch", "import.submit", "file.drop"]


def test_a_system_keeps_what_is_not_given(admin: Client) -> None:
    found = SystemSettings.objects.get(system="SYSA")
    path = f"/api/v1/systems/{found.pk}/"
    before = admin.get(path).json()
    changed = sent(admin, "put", path, {"time_zone": "Asia/Tokyo"}).json()
    assert changed == {**before, "time_zone": "Asia/Tokyo", "zone_source": "set"}
    assert sent(admin, "put", path, {"code_page": "CP273"}).json()["code_page"] == "cp273"
    actions = [*AuditEntry.objects.order_by("pk").values_list("action", flat=True)]
    assert actions == ["settings.zone", "settings.code_page"]


@pytest.mark.parametrize(
    ("field", "value"), [("time_zone", "Mars/Base"), ("code_page", "cp0"), ("colour", "red")]
)
def test_a_system_refuses_what_is_not_known(admin: Client, field: str, value: str) -> None:
    path = f"/api/v1/systems/{SystemSettings.objects.get(system='SYSA').pk}/"
    answer = sent(admin, "put", path, {field: value})
    assert (answer.status_code, [*answer.json()["errors"]]) == (400, [field])


def test_a_message_is_tried_again_once(analyst: Client, person: Callable[[str], User]) -> None:
    watch, _, delivery = watched(save(person("analyst"), "Ours"))
    path = reverse("api_delivery_retry", args=[watch.pk, delivery.pk])
    assert sent(analyst, "post", path).json()["state"] == "failed"
    delivery.refresh_from_db()
    assert delivery.tries_left > 0
    Delivery.objects.update(state="sent", sent_at=NOW, next_try_at=None)
    assert sent(analyst, "post", path).status_code == 409
    other, _, _ = watched(save(person("analyst"), "Other"))
    crossed = reverse("api_delivery_retry", args=[other.pk, delivery.pk])
    assert sent(analyst, "post", crossed).status_code == 404


def test_a_new_secret_is_told_once(analyst: Client, person: Callable[[str], User]) -> None:
    watch, _, _ = watched(save(person("analyst"), "Ours"))
    before = secret_of(watch)
    answer = sent(analyst, "post", reverse("api_watch_secret", args=[watch.pk]))
    watch.refresh_from_db()
    assert answer.json()["secret"] == secret_of(watch) != before
    assert answer["Cache-Control"] == "no-store"
    Watch.objects.update(webhook="")
    assert sent(analyst, "post", reverse("api_watch_secret", args=[watch.pk])).status_code == 409


def test_lists_come_page_after_page_without_gaps(admin: Client) -> None:
    for number in range(5):
        User.objects.create(username=f"user{number}")
        ImportPath.objects.create(path=f"/dumps/{number}", added_at=NOW)
        SystemSettings.objects.create(sysplex="A", system=f"S{number}")
        # Two prunes of one moment: their ids decide.
        at = NOW + timedelta(hours=number // 2)
        Prune.objects.create(kind="all", words="all data", submitted_at=at)
    for name, key, expected in (
        ("api_users", "id", User.objects.order_by("username")),
        ("api_paths", "id", ImportPath.objects.order_by("path")),
        ("api_systems", "id", SystemSettings.objects.order_by("sysplex", "system")),
        ("api_prunes", "id", Prune.objects.order_by("-submitted_at", "-id")),
    ):
        ids = [*expected.values_list("pk", flat=True)]
        assert [row[key] for row in rows_of(admin, reverse(name), limit=2)] == ids
        first = admin.get(reverse(name), {"limit": 2}).json()
        assert (first["total"], first["total_is_capped"]) == (len(ids), False)
        for wrong in ({"after": "x"}, {"limit": "0"}, {"colour": "red"}):
            answer = admin.get(reverse(name), wrong)
            assert (answer.status_code, [*answer.json()["errors"]]) == (400, [*wrong])
