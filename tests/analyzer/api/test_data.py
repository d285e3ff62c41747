"""Watch folders, prunes and retention through the interface."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.models import AuditEntry, Prune, Retention, SystemSettings, WatchFolder
from analyzer.queries.data import prunes, retention

pytestmark = pytest.mark.usefixtures("filled", "db")


@pytest.fixture
def admin(program: Callable[[str], Client]) -> Client:
    return program("administrator")


@pytest.fixture
def dumps(tmp_path: Path, settings: Any) -> Path:
    settings.IMPORT_ROOTS = [tmp_path.resolve()]
    return tmp_path.resolve()


def send(client: Client, method: str, name: str, body: object, *args: int) -> Any:
    address = reverse(name, args=args)
    return client.generic(method, address, json_of(body), content_type="application/json")


def json_of(body: object) -> bytes:
    return json.dumps(body).encode()


def test_a_watch_folder_is_added_changed_and_removed(analyst: Client, dumps: Path) -> None:
    made = send(analyst, "POST", "api_watch_folders", {"path": str(dumps)})
    assert made.status_code == 201
    assert made.json()["active"] is True
    pk = made.json()["id"]
    changed = send(
        analyst,
        "PUT",
        "api_watch_folder",
        {"path": f"{dumps}/*.smf", "skip": "", "active": False},
        pk,
    )
    assert (changed.json()["path"], changed.json()["active"]) == (f"{dumps}/*.smf", False)
    read = analyst.get(reverse("api_watch_folder", args=[pk])).json()
    assert read["folder"]["id"] == pk
    assert read["files"] == []
    assert send(analyst, "DELETE", "api_watch_folder", None, pk).status_code == 204
    assert not WatchFolder.objects.exists()


def test_what_cannot_be_watched_is_said_by_its_field(analyst: Client, dumps: Path) -> None:
    outside = send(analyst, "POST", "api_watch_folders", {"path": "/etc"})
    assert (outside.status_code, list(outside.json()["errors"])) == (400, ["path"])
    unknown = send(analyst, "POST", "api_watch_folders", {"path": str(dumps), "x": 1})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["x"])


def test_a_prune_is_shown_confirmed_read_and_canceled(admin: Client) -> None:
    system = SystemSettings.objects.get(system="SYSA").pk
    asked = {"kind": "all", "systems": [system], "confirm": "all data"}
    (row,) = send(admin, "POST", "api_prune_preview", asked).json()
    assert row["name"] == "PLEXA SYSA"
    assert row["intervals"] > 0
    made = send(admin, "POST", "api_prunes", asked)
    assert made.status_code == 201
    pk = made.json()["id"]
    assert admin.get(reverse("api_prune", args=[pk])).json()["words"] == "all data of PLEXA SYSA"
    assert [one["id"] for one in admin.get(reverse("api_prunes")).json()["rows"]] == [pk]
    assert send(admin, "POST", "api_prune_cancel", None, pk).json()["state"] == "canceled"
    assert send(admin, "POST", "api_prune_cancel", None, pk).status_code == 409


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "all", "confirm": "yes"}, "confirm"),
        ({"kind": "older", "confirm": "all data"}, "older_days"),
        ({"kind": "range", "first": "2026-10-05", "confirm": "x"}, "first"),
        ({"kind": "all", "systems": [99999], "confirm": "all data"}, "systems"),
        ({"kind": "leftovers", "confirm": "x"}, "kind"),
    ],
)
def test_a_prune_that_cannot_be_used_is_refused(
    admin: Client, asked: dict[str, Any], field: str
) -> None:
    answer = send(admin, "POST", "api_prunes", asked)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Prune.objects.exists()


def test_retention_is_set_as_a_whole(admin: Client) -> None:
    system = SystemSettings.objects.get(system="SYSA").pk
    given = {"default": 90, "systems": [{"system": system, "days": None}]}
    assert admin.get(reverse("api_retention")).json() == {"default": None, "systems": []}
    assert send(admin, "PUT", "api_retention", given).json() == given
    assert admin.get(reverse("api_retention")).json() == given
    unknown = {"default": 90, "systems": [{"system": 99999, "days": 1}]}
    assert send(admin, "PUT", "api_retention", unknown).status_code == 400
    assert send(admin, "PUT", "api_retention", {"default": 0, "systems": []}).status_code == 400
    assert Retention.objects.count() == 2


def test_what_rules_would_take_is_told_and_nothing_is_set(admin: Client) -> None:
    keeps = SystemSettings.objects.get(system="SYSA").pk
    given = {"default": 1, "systems": [{"system": keeps, "days": None}]}
    answer = send(admin, "POST", "api_retention_preview", given)
    parts = retention.parts(retention.Rules(1, {keeps: None}), today=timezone.now().date())
    rows = prunes.going(parts)
    assert rows
    assert answer.json() == json.loads(json.dumps([asdict(row) for row in rows], default=str))
    assert not Retention.objects.exists()
    assert not AuditEntry.objects.filter(action="settings.retention").exists()
    unknown = {"default": 90, "systems": [{"system": 99999, "days": 1}]}
    assert send(admin, "POST", "api_retention_preview", unknown).status_code == 400
