"""A proposal by program: looked at, and taken as a draft."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from analyzer.models import SavedQuery
from designer.models import Version
from tests.analyzer.views.conftest import site
from tests.designer.api.test_api import send
from tests.designer.bringing.test_proposing import query_of

__all__ = ["site"]
pytestmark = pytest.mark.usefixtures("site", "db")
LOOK, TAKE = "api_policy_propose_preview", "api_policy_propose"


def test_it_is_looked_at_and_taken(author: Client, anna: User) -> None:
    asked = {"query": query_of(anna).pk, "protocol": "TLS", "name": "From records"}
    seen = send(author, LOOK, **asked).json()
    (rule_set,) = seen["document"]["rule_sets"]
    assert [one["name"] for one in seen["rules"]] == [
        *(one["name"] for one in rule_set["specific"]),
        rule_set["catch_all"]["name"],
    ]
    total = seen["allowed"]["sessions"] + seen["rest"]["sessions"]
    assert (total, bool(seen["rules"][0]["met"]["sessions"])) == (seen["seen"]["sessions"], True)
    made = send(author, TAKE, **asked, seen=seen["digest"])
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    assert Version.objects.get().rule_set.name == "From records"
    again = send(author, TAKE, **asked, seen=seen["digest"])
    assert again.status_code == 409
    assert "already" in again.json()["error"]


def test_another_proposal_than_was_seen_is_refused(author: Client, anna: User) -> None:
    asked = {"query": query_of(anna).pk, "protocol": "TLS", "name": "From records"}
    answer = send(author, TAKE, **asked, seen="0" * 64)
    assert (answer.status_code, "propose something else" in answer.json()["error"]) == (409, True)


def test_what_can_not_be_asked_is_said(author: Client, anna: User, bert: User) -> None:
    own, others = query_of(anna), query_of(bert)
    asked = {"protocol": "TLS", "name": "x"}
    assert send(author, LOOK, query=others.pk, **asked).status_code == 404
    assert send(author, LOOK, query=own.pk, protocol="None", name="x").status_code == 400
    blank = send(author, LOOK, query=own.pk, protocol="TLS", name="a\tb")
    assert (blank.status_code, {*blank.json()["errors"]}) == (400, {"name"})
    SavedQuery.objects.update(params={"port": ["abc"]})
    refused = send(author, LOOK, query=own.pk, **asked)
    assert (refused.status_code, "used no more" in refused.json()["error"]) == (409, True)
