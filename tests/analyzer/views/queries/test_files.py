"""Queries as files: what is taken away comes in again; what is wrong with a file is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, SavedQuery
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page
from tests.builders.saved_queries import outdated, save

pytestmark = pytest.mark.django_db
Person = Callable[[str], User]
ONE = {"name": "One", "filters": {"job": ["TN*"]}}


def sent(client: Client, content: bytes | str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(reverse("query_import"), {"file": SimpleUploadedFile("q.json", raw)})


def file_with(*queries: object, **more: object) -> str:
    return json.dumps({"kind": "zertify queries", "version": 1, "queries": queries, **more})


def test_a_query_taken_away_and_brought_in_is_the_same(person: Person, client_as: ClientAs) -> None:
    owner = person("analyst")
    query = save(owner, "Weak: TLS/1", "job=TN*&days=7", tab="peers", shared=True, description="d")
    answer = client_as("analyst").get(reverse("query_export", args=[query.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="zertify_query_Weak-TLS-1.json"'
    assert answer["Cache-Control"] == "no-store"
    assert json.loads(answer.content)["queries"] == [
        {
            "name": "Weak: TLS/1",
            "description": "d",
            "tab": "peers",
            "shared": True,
            "filters": {"days": ["7"], "job": ["TN*"]},
        }
    ]
    assert AuditEntry.objects.filter(action="query.export", target=query.name).count() == 1
    assert sent(client_as("administrator"), answer.content).status_code == 302
    again = SavedQuery.objects.get(owner=person("administrator"))
    for name in ("name", "description", "tab", "shared", "params"):
        assert getattr(again, name) == getattr(query, name)


def test_all_that_one_sees_goes_into_one_file(person: Person, client_as: ClientAs) -> None:
    save(person("analyst"), "Mine")
    save(person("administrator"), "Theirs")
    save(person("administrator"), "Shared", shared=True)
    answer = client_as("analyst").get(reverse("queries_export"))
    names = [one["name"] for one in json.loads(answer.content)["queries"]]
    assert names == ["Mine", "Shared"]
    assert AuditEntry.objects.filter(action="query.export").count() == 2


def test_asking_for_the_head_of_a_file_takes_nothing_away(
    person: Person, client_as: ClientAs
) -> None:
    query = save(person("analyst"), "Mine")
    client_as("analyst").head(reverse("query_export", args=[query.pk]))
    assert not AuditEntry.objects.filter(action="query.export").exists()


def test_a_viewer_takes_nothing_away_and_brings_nothing_in(
    person: Person, client_as: ClientAs
) -> None:
    query = save(person("analyst"), "Mine", shared=True)
    viewer = client_as("viewer")
    assert viewer.get(reverse("query_export", args=[query.pk])).status_code == 403
    assert viewer.get(reverse("queries_export")).status_code == 403
    assert sent(viewer, file_with(ONE)).status_code == 403


def test_several_queries_become_the_own_ones(person: Person, client_as: ClientAs) -> None:
    client = client_as("analyst")
    answer = sent(client, file_with(ONE, {"name": "Two", "tab": "clients", "shared": True}))
    assert answer["Location"] == "/queries/"
    assert "2 queries imported as your own: One, Two." in Page(client.get("/queries/")).text
    found = SavedQuery.objects.order_by("name").values_list("name", "owner__username", "params")
    assert list(found) == [("One", "analyst", {"job": ["TN*"]}), ("Two", "analyst", {})]
    assert AuditEntry.objects.filter(action="query.make").count() == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "not text in UTF-8"),
        ("{\n]", "Line 2 is not JSON"),
        ("[" * 100_000, "The file is JSON that nobody writes"),
        ("[]", "it has no `kind`"),
        ('{"kind": "other"}', "it has no `kind`"),
        (file_with(ONE, version=2), "a `version` other than 1"),
        (file_with(), "no list `queries` with a query in it"),
        (file_with(*[ONE] * 501), "501 queries are too many"),
        (" " * 1_000_001, "The file is larger than 1000000 bytes"),
        (file_with("x"), "Query 1: Invalid data"),
        (file_with(ONE, {"filters": {}}), "Query 2: name: This field is required"),
        (file_with({**ONE, "colour": 1}), "Query 1 (`One`): colour: `colour` is not a field here"),
        (file_with({**ONE, "tab": "x"}), "Query 1 (`One`): tab:"),
        (file_with({**ONE, "name": "x" * 81}), "no more than 80 characters"),
        (file_with({**ONE, "filters": {"port": ["many"]}}), "port: `many` is not a port"),
        (file_with({**ONE, "filters": {"sort": ["x"]}}), "sort: `sort` is not a filter"),
        (file_with({**ONE, "filters": {"port": "1"}}), "filters: Expected a list"),
        (file_with(ONE, {"name": "ONE "}), "`ONE ` stands in the file twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole_with_the_reason(
    client_as: ClientAs, content: bytes | str, why: str
) -> None:
    answer = sent(client_as("analyst"), content)
    assert answer.status_code == 422
    text = Page(answer).text
    assert "Nothing has been imported." in text
    assert why in text
    assert not SavedQuery.objects.exists()


def test_a_name_that_is_taken_refuses_the_whole_file(person: Person, client_as: ClientAs) -> None:
    save(person("analyst"), "one")
    answer = sent(client_as("analyst"), file_with({"name": "Zero"}, ONE))
    assert answer.status_code == 422
    assert "There is a query `One` of this owner already." in Page(answer).text
    assert SavedQuery.objects.count() == 1


def test_an_outdated_query_is_taken_away_as_it_is_and_not_brought_in(
    person: Person, client_as: ClientAs
) -> None:
    query = outdated(person("analyst"), colour=["red"])
    client = client_as("analyst")
    content = client.get(reverse("query_export", args=[query.pk])).content
    assert json.loads(content)["queries"][0]["filters"] == {"colour": ["red"]}
    assert "colour: `colour` is not a filter" in Page(sent(client, content)).text


def test_no_file_is_an_error_at_its_field(client_as: ClientAs) -> None:
    answer = client_as("analyst").post(reverse("query_import"))
    assert answer.status_code == 422
    assert "Choose a file first." in Page(answer).text
