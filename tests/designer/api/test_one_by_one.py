"""Tests of a draft are added, replaced and dropped one by one; retired rule sets are listed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import versions
from designer.models import Version
from tests.designer.api.conftest import send
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
CONNECTION = {
    "local_ip": "10.1.1.1",
    "local_port": 992,
    "remote_ip": "10.2.2.2",
    "remote_port": 50000,
    "job": "TN3270A",
    "protections": [{"protocol": "TLS", "version": "TLSv1.1"}],
}
ONE = {"name": "Old terminal", "connection": CONNECTION, "expected": "TN3270"}


def put(client: Client, draft: Version, revision: int, **given: Any) -> Any:
    return send(client, "api_policy_tests", draft.pk, revision=revision, **given)


def drop(client: Client, draft: Version, revision: int, name: str) -> Any:
    address = reverse("api_policy_tests", args=[draft.pk])
    return client.delete(f"{address}?name={name}&revision={revision}")


def test_tests_are_edited_one_by_one(author: Client, draft: Version) -> None:
    added = put(author, draft, 1, test=ONE).json()
    assert [(one["name"], one["passed"]) for one in added["test_results"]] == [
        ("Old terminal", True)
    ]
    again = put(author, draft, 2, test=ONE)
    assert (again.status_code, "there is a test `Old terminal`" in again.json()["error"]) == (
        400,
        True,
    )
    named = {"name": "Terminal", "connection": CONNECTION, "expected": "Rest"}
    changed = put(author, draft, 2, test=named, was="Old terminal").json()
    assert [(one["name"], one["passed"]) for one in changed["test_results"]] == [
        ("Terminal", False)
    ]
    gone = put(author, draft, 3, test=ONE, was="Old terminal")
    assert (gone.status_code, "no test `Old terminal` any more" in gone.json()["error"]) == (
        409,
        True,
    )
    wrong = put(author, draft, 3, test=ONE | {"connection": {"local_port": 1}})
    assert wrong.status_code == 400
    assert drop(author, draft, 3, "Other").status_code == 409
    assert drop(author, draft, 3, "Terminal").json()["tests"] == []


def test_tests_of_two_are_both_kept(author: Client, approver: Client, draft: Version) -> None:
    """A stale change that meets no other one is refused with what both say together."""
    put(author, draft, 1, test=ONE)
    stale = put(approver, draft, 1, test=ONE | {"name": "Another"})
    assert stale.status_code == 409
    assert {one["name"] for one in stale.json()["merged"]["tests"]} == {"Old terminal", "Another"}
    assert drop(author, draft, 1, "Old terminal").status_code == 409


def test_retired_rule_sets_are_listed_when_they_are_asked_for(
    author: Client, draft: Version, release: Release, anna: User
) -> None:
    rule_set = release(draft).rule_set
    versions.retire(rule_set=rule_set, retired=True, by=anna, now=NOW)
    address = reverse("api_rule_sets")
    for asked, names in (("", []), ("?retired=false", []), ("?retired=true", ["Site TLS"])):
        found = author.get(f"{address}{asked}").json()
        assert [one["name"] for one in found] == names
    assert found[0]["retired_at"]
    assert author.get(f"{address}?retired=yes").status_code == 400
