"""The effect, the explanation of one connection and the templates, by program."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designer import objects
from designer.models import Version
from tests.designer.api.test_api import send
from tests.designer.conftest import NOW

pytestmark = pytest.mark.django_db
CONNECTION: dict[str, Any] = {
    "local_ip": "10.1.1.1",
    "local_port": 443,
    "remote_ip": "10.2.2.2",
    "remote_port": 50000,
    "direction": "Inbound",
    "protections": [{"protocol": "TLS", "version": "TLSv1.0"}],
}


def test_the_effect_says_what_the_review_shows(draft: Version, author: Client) -> None:
    address = reverse("api_policy_effect", args=[draft.pk])
    found = author.get(f"{address}?days=90&scope=all").json()
    assert [(one["rule"], one["kind"]) for one in found["lines"]] == [
        ("Good", "general"),
        ("TN3270", "specific"),
        ("Rest", "catch-all"),
    ]
    assert found["words"] == [
        "Nothing on record in the last 90 days is checked against this rule set."
    ]
    nothing = {"sessions": 0, "connections": 0, "servers": 0, "jobs": 0}
    assert found["actions"] == [
        {"action": "allow silently", "amount": nothing},
        {"action": found["lines"][2]["action"], "amount": nothing},
    ]
    assert (found["reset"], found["caught"], found["reset_jobs"]) == (nothing, [], [])
    assert author.get(address).json()["period"] == "in the last 30 days"


@pytest.mark.parametrize("asked", ["days=8", "days=x", "scope=mine", "more=1"])
def test_what_the_review_does_not_offer_is_refused(
    draft: Version, author: Client, asked: str
) -> None:
    answer = author.get(reverse("api_policy_effect", args=[draft.pk]) + f"?{asked}")
    assert (answer.status_code, {*answer.json()["errors"]}) == (400, {asked.split("=")[0]})


def test_a_connection_is_explained_in_words(draft: Version, author: Client) -> None:
    found = send(author, "api_policy_explain", draft.pk, connection=CONNECTION).json()
    assert (found["applies"], found["rule"]) == (True, "Rest")
    assert [(one["rule"], one["matches"]) for one in found["steps"]] == [
        ("Good", False),
        ("TN3270", False),
        ("Rest", True),
    ]
    assert all(one["failed"] for one in found["steps"][:2])
    assert found["words"][0].startswith("TLS, rule set")
    bare = CONNECTION | {"protections": []}
    none = send(author, "api_policy_explain", draft.pk, connection=bare).json()
    assert (none["applies"], none["steps"]) == (False, [])
    assert none["words"][0].endswith("it is not protected by TLS")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"local_ip": "x"}, "connection/local_ip"),
        ({"local_ip": "x\ud800"}, "connection"),
        ({"direction": "Up"}, "connection/direction"),
        ({"more": 1}, "connection/more"),
    ],
)
def test_what_is_no_connection_is_refused_by_its_place(
    draft: Version, author: Client, change: dict[str, object], place: str
) -> None:
    answer = send(author, "api_policy_explain", draft.pk, connection=CONNECTION | change)
    assert (answer.status_code, {*answer.json()["errors"]}) == (400, {place})


def test_a_sample_of_half_a_character_is_refused_in_a_draft_too(
    draft: Version, author: Client
) -> None:
    sample = {"name": "Half", "connection": CONNECTION | {"local_ip": "x\ud800"}, "expected": ""}
    given = {"revision": 1, "rules": [], "tests": [sample]}
    answer = send(author, "api_policy_version", draft.pk, method="put", **given)
    assert (answer.status_code, {*answer.json()["errors"]}) == (400, {"tests"})


def test_templates_are_named_as_a_new_rule_set_takes_them(author: Client) -> None:
    objects.take_shipped(now=NOW)
    found = author.get(reverse("api_policy_templates")).json()
    assert {one["protocol"] for one in found} == {"TLS", "SSH", "IPsec", "None"}
    assert all(rule["sentence"] for one in found for rule in one["rules"])
    for place, one in enumerate(found):
        given = {"name": f"From {place}", "protocol": one["protocol"], "template": one["key"]}
        assert send(author, "api_rule_sets", **given).status_code == 201
