"""Watches and scheduled exports for programs: the same rules as the pages, and no secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from analyzer.models import AuditEntry, SavedQuery, Watch
from analyzer.standing.sending.webhook import secret_of
from tests.analyzer.api.conftest import with_token
from tests.analyzer.standing.rows import scheduled, watched
from tests.builders.saved_queries import save

pytestmark = pytest.mark.django_db
WATCHES, SCHEDULES = "/api/v1/watches/", "/api/v1/export-schedules/"
JSON: Any = {"content_type": "application/json"}


@pytest.fixture
def program(person: Callable[[str], User]) -> Callable[[str], Client]:
    def make(role: str) -> Client:
        return with_token(person(role))

    return make


@pytest.fixture
def analyst(program: Callable[[str], Client]) -> Client:
    return program("analyst")


def test_a_watch_is_made_read_changed_and_deleted(query: SavedQuery, analyst: Client) -> None:
    given = {
        "query": query.pk,
        "name": "Guard",
        "trigger": "weekly",
        "weekday": 2,
        "at": "06:15",
        "zone": "Europe/Berlin",
        "mail_to": ["a@x.example"],
        "webhook": "https://hooks.example/T",
    }
    made = analyst.post(WATCHES, given, **JSON)
    assert made.status_code == 201, made.content
    watch = Watch.objects.get()
    assert made.json()["secret"] == secret_of(watch)
    one = analyst.get(f"{WATCHES}{watch.pk}/").json()
    assert (one["name"], one["weekday"], one["webhook_host"]) == ("Guard", 2, "hooks.example")
    assert "secret" not in one
    assert "/T" not in json.dumps(one)
    changed = analyst.put(f"{WATCHES}{watch.pk}/", {"name": "Renamed"}, **JSON)
    assert changed.status_code == 200, changed.content
    watch.refresh_from_db()
    assert (watch.name, watch.trigger, watch.mail_to) == ("Renamed", "import", [])
    assert watch.webhook == "https://hooks.example/T"  # stays where it is not given
    assert analyst.delete(f"{WATCHES}{watch.pk}/").status_code == 204
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["query.make", "watch.make", "watch.change", "watch.delete"]


def test_a_token_that_may_not_read_rows_sends_none_out(
    query: SavedQuery, person: Callable[[str], User]
) -> None:
    blind, reader = (with_token(person("analyst"), *scopes) for scopes in (["queries"], ["read"]))
    both = with_token(person("analyst"), "queries", "read")
    mail = {"query": query.pk, "name": "Guard", "mail_to": ["a@x.example"]}
    for client in (blind, reader):
        assert client.post(WATCHES, mail, **JSON).status_code == 403
        assert client.post(SCHEDULES, {"query": query.pk, "name": "N"}, **JSON).status_code == 403
    assert both.post(WATCHES, mail, **JSON).status_code == 201
    address = f"{WATCHES}{Watch.objects.get().pk}/"
    assert blind.put(address, {"name": "Other"}, **JSON).status_code == 403
    assert both.put(address, {"name": "Other"}, **JSON).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("query", 999_999),
        ("query", "x"),
        ("name", ""),
        ("trigger", "yearly"),
        ("zone", "Mars/Base"),
        ("zone", "../../etc/passwd"),
        ("weekday", 7),
        ("at", "25:00"),
        ("mail_to", ["nobody"]),
        ("mail_to", ["a@x.example"] * 21),
        ("webhook", "https://evil.example/"),
        ("color", "red"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    query: SavedQuery, analyst: Client, field: str, value: object
) -> None:
    answer = analyst.post(WATCHES, {"query": query.pk, "name": "G", field: value}, **JSON)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_runs_and_messages_are_read_page_by_page(query: SavedQuery, analyst: Client) -> None:
    watch, run, delivery = watched(query)
    runs = analyst.get(f"{WATCHES}{watch.pk}/runs/").json()
    assert runs["next"] is None
    assert [(one["id"], one["fresh"], len(one["sample"])) for one in runs["rows"]] == [
        (run.pk, 3, 1)
    ]
    (sent,) = analyst.get(f"{WATCHES}{watch.pk}/deliveries/").json()["rows"]
    assert (sent["target"], sent["state"], sent["code"]) == ("hooks.example", "given_up", 500)
    assert sent["key"] == str(delivery.key)
    path = f"{WATCHES}{watch.pk}/runs/?before={run.pk}"
    assert analyst.get(path).json() == {"rows": [], "next": None}
    assert analyst.get(f"{WATCHES}{watch.pk}/runs/?before=x").status_code == 400


def test_pause_resume_run_and_test(query: SavedQuery, analyst: Client) -> None:
    path = f"{WATCHES}{watched(query)[0].pk}/"
    assert analyst.post(f"{path}switch/", {"active": False}, **JSON).json()["active"] is False
    assert analyst.post(f"{path}switch/", {"active": False}, **JSON).json()["active"] is False
    assert analyst.post(f"{path}run/").status_code == 409
    assert analyst.post(f"{path}switch/", {"active": True}, **JSON).json()["active"] is True
    assert analyst.post(f"{path}run/").status_code == 200
    assert analyst.post(f"{path}test/").status_code == 200
    assert len(analyst.get(f"{path}deliveries/").json()["rows"]) == 3


def test_what_is_hidden_is_not_there(program: Callable[[str], Client]) -> None:
    hidden = save(User.objects.create(username="other"), "Hidden")
    watch, schedule = watched(hidden)[0], scheduled(hidden)
    for path in (f"{WATCHES}{watch.pk}/", f"{SCHEDULES}{schedule.pk}/"):
        assert program("analyst").get(path).status_code == 404
        assert program("administrator").get(path).status_code == 200
    assert program("analyst").get(WATCHES).json()["rows"] == []
    assert len(program("administrator").get(SCHEDULES).json()["rows"]) == 1


def test_a_schedule_is_made_and_lists_its_files(
    query: SavedQuery, analyst: Client, shelf: Path
) -> None:
    given = {"query": query.pk, "name": "Nightly", "directory": str(shelf), "keep": 2}
    made = analyst.post(SCHEDULES, given, **JSON)
    assert made.status_code == 201, made.content
    assert (made.json()["trigger"], made.json()["keep"]) == ("daily", 2)
    for field, value in (
        *(("directory", "/etc"), ("pattern", "a/b"), ("format", "exe"), ("keep", -1)),
        ("options", {"delimiter": "nonsense"}),
    ):
        answer = analyst.post(SCHEDULES, {**given, field: value}, **JSON)
        assert answer.status_code == 400, field
    path = f"{SCHEDULES}{scheduled(query).pk}/runs/"
    (file,) = analyst.get(path).json()["rows"]
    assert (file["file_name"], file["rows"], file["state"]) == ("Old_2026-04-01.csv", 3, "done")
