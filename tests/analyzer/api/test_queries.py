"""Saved queries by programs: the same rules and the same words as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.models import AuditEntry, SavedQuery
from tests.analyzer.api.conftest import rows_of
from tests.builders.saved_queries import outdated, save

pytestmark = pytest.mark.django_db
Person = Callable[[str], User]
PATH = "/api/v1/queries/"
ONE = {
    "name": "Weak",
    "description": "d",
    "tab": "peers",
    "shared": True,
    "filters": {"job": ["tn*"], "days": ["7"]},
}


def sent(client: Client, body: object, path: str = PATH, method: str = "post") -> Any:
    return getattr(client, method)(path, body, content_type="application/json")


def test_a_query_is_made_read_changed_and_deleted(analyst: Client, person: Person) -> None:
    answer = sent(analyst, ONE)
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in ("name", "description", "tab", "shared")} == {
        name: ONE[name] for name in ("name", "description", "tab", "shared")
    }
    assert made["owner"] == "analyst"
    assert made["filters"] == {"days": ["7"], "job": ["TN*"]}
    assert made["sentence"] == "EE peers in the last 7 days, job TN*"
    assert parse_qs(made["address_query"]) == {"days": ["7"], "job": ["TN*"]}
    assert (made["refused"], made["last_run_at"]) == ({}, None)
    path = f"{PATH}{made['id']}/"
    assert analyst.get(path).json() == made
    changed = sent(analyst, {"name": "Weak too"}, path, "put").json()
    assert (changed["name"], changed["filters"], changed["shared"]) == ("Weak too", {}, False)
    assert changed["made_at"] == made["made_at"] < changed["changed_at"]
    assert analyst.delete(path).status_code == 204
    assert analyst.get(path).status_code == 404
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["query.make", "query.change", "query.delete"]


def test_the_list_is_paged_and_sorted(analyst: Client, person: Person) -> None:
    for name in ("bravo", "Alpha", "charlie"):
        save(person("analyst"), name)
    save(person("administrator"), "secret")
    found = [row["name"] for row in rows_of(analyst, PATH, limit=1)]
    assert found == ["Alpha", "bravo", "charlie"]
    falling = [row["name"] for row in rows_of(analyst, PATH, limit=2, sort="-name")]
    assert falling == ["charlie", "bravo", "Alpha"]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"sort": "sentence"}, "is not a column to sort by"),
        ({"sort": "colour"}, "is not a column to sort by"),
        ({"after": "x"}, "`after`"),
        ({"limit": "0"}, "`limit`"),
        ({"job": "x"}, "`job` is not a parameter here"),
    ],
)
def test_what_the_list_does_not_know_is_an_error(
    analyst: Client, asked: dict[str, str], why: str
) -> None:
    answer = analyst.get(PATH, asked)
    assert answer.status_code == 400
    assert why in answer.json()["errors"][next(iter(asked))]


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"name": ""}, "name", "may not be blank"),
        ({"name": "x" * 81}, "name", "no more than 80"),
        ({"tab": "sessions"}, "tab", "not a valid choice"),
        ({"shared": "perhaps"}, "shared", "valid boolean"),
        ({"filters": {"port": ["many"]}}, "filters", "port: `many` is not a port"),
        ({"filters": {"colour": ["red"]}}, "filters", "`colour` is not a filter"),
        ({"filters": {"after": ["x"]}}, "filters", "`after` is not a filter"),
        ({"filters": []}, "filters", "dictionary"),
        ({"colour": 1}, "colour", "`colour` is not a field here"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(
    analyst: Client, changes: dict[str, Any], field: str, why: str
) -> None:
    answer = sent(analyst, {**ONE, **changes})
    assert answer.status_code == 400
    assert why in answer.json()["errors"][field]
    assert not SavedQuery.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"x"', "null", "{", "", '{"name": "\\ud800"}'])
def test_a_body_of_another_shape_is_refused(analyst: Client, body: str) -> None:
    answer = analyst.post(PATH, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_name_that_is_taken_is_a_conflict(analyst: Client, person: Person) -> None:
    save(person("analyst"), "WEAK")
    other = save(person("analyst"), "Other")
    for answer in (sent(analyst, ONE), sent(analyst, ONE, f"{PATH}{other.pk}/", "put")):
        assert answer.status_code == 409
        assert "`Weak`" in answer.json()["error"]


def test_queries_of_others_are_hidden_or_only_read(
    program: Callable[[str], Client], person: Person
) -> None:
    private = save(person("administrator"), "private")
    shared = save(person("administrator"), "shared", shared=True)
    analyst = program("analyst")
    for method in ("get", "put", "delete"):
        answer = sent(analyst, ONE, f"{PATH}{private.pk}/", method) if method != "get" else None
        answer = answer or analyst.get(f"{PATH}{private.pk}/")
        assert answer.status_code == 404
    assert analyst.get(f"{PATH}{shared.pk}/").status_code == 200
    for method in ("put", "delete"):
        answer = sent(analyst, ONE, f"{PATH}{shared.pk}/", method)
        assert answer.status_code == 403
        assert "owner or an administrator" in answer.json()["error"]
    assert SavedQuery.objects.count() == 2


@pytest.mark.parametrize("pk", ["0", "9" * 30])
def test_what_is_not_there_is_not_found(analyst: Client, pk: str) -> None:
    for method in ("get", "put", "delete"):
        assert analyst.generic(method.upper(), f"{PATH}{pk}/").status_code == 404


def test_an_outdated_query_says_what_is_wrong(analyst: Client, person: Person) -> None:
    query = outdated(person("analyst"), colour=["red"])
    found = analyst.get(f"{PATH}{query.pk}/").json()
    assert found["filters"] == {"colour": ["red"]}
    assert found["refused"] == {"colour": "`colour` is not a filter"}
    report = analyst.get(f"/api/v1/report/{found['tab']}/?{found['address_query']}")
    assert report.status_code == 400


def test_the_address_of_a_query_asks_the_report_for_the_same(
    analyst: Client, person: Person
) -> None:
    save(person("analyst"), "x", "job=TN*&server_ip=10.1.0.0/16", tab="clients")
    (found,) = rows_of(analyst, PATH)
    report = analyst.get(f"/api/v1/report/{found['tab']}/?{found['address_query']}")
    assert report.status_code == 200


def test_answers_keep_to_the_schema(analyst: Client, person: Person) -> None:
    save(person("analyst"), "x", "job=TN*")
    schema = analyst.get(reverse("api_schema")).json()
    answers = {
        ("", "get", "200"): analyst.get(PATH),
        ("", "post", "201"): sent(analyst, ONE),
        ("", "post", "409"): sent(analyst, ONE),
        ("{id}/", "get", "404"): analyst.get(f"{PATH}0/"),
    }
    for (path, method, status), answer in answers.items():
        assert str(answer.status_code) == status
        described = schema["paths"][f"{PATH}{path}"][method]["responses"][status]
        shape = described["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json(), {**shape, "components": schema["components"]})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": 0}, "name"), ({"shared": 0}, "shared"), ({"shared": "yes"}, "shared")],
)
def test_a_value_of_another_json_type_is_refused(
    analyst: Client, wrong: dict[str, object], field: str
) -> None:
    given = {"name": "x", "filters": {}, **wrong}
    answer = analyst.post(reverse("api_queries"), given, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {field}


@pytest.mark.parametrize("sort", ["last_run_at", "-last_run_at"])
def test_queries_that_never_ran_sort_before_those_that_did(analyst: Client, sort: str) -> None:
    for name in ("a", "b", "c"):
        given = {"name": name, "filters": {}}
        analyst.post(reverse("api_queries"), given, content_type="application/json")
    SavedQuery.objects.filter(name="b").update(last_run_at=timezone.now())
    names = [row["name"] for row in rows_of(analyst, reverse("api_queries"), sort=sort, limit="1")]
    assert names.index("b") == (0 if sort.startswith("-") else 2)
