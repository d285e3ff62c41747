"""A draft is bounded: what nobody reads is refused before it is looked at."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import drafts
from designer.content.errors import ContentError
from designer.content.rules import MOST_RULES, MOST_TESTS, Content, RuleContent, TestContent
from designer.models import Version
from policy.values.members import MOST_MEMBERS
from tests.analyzer.api.conftest import with_token
from tests.designer.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", ["rules", "tests"])
def test_more_rules_or_tests_than_anybody_reads_are_refused(
    draft: Version, anna: User, part: str
) -> None:
    rules = tuple(RuleContent(f"R{number}") for number in range(MOST_RULES + 1))
    tests = tuple(TestContent(f"T{number}", {}) for number in range(MOST_TESTS + 1))
    content = Content(rules) if part == "rules" else Content(tests=tests)
    with pytest.raises(ContentError, match=f"there are 501 {part}, at most 500 are taken"):
        drafts.save(version=draft, revision=draft.revision, content=content, by=anna, now=NOW)


def test_two_of_one_name_are_told_without_counting_each(draft: Version, anna: User) -> None:
    rules = tuple(RuleContent(name) for name in ("A", "B", "A", "C", "C"))
    with pytest.raises(ContentError) as refused:
        drafts.save(
            version=draft, revision=draft.revision, content=Content(rules), by=anna, now=NOW
        )
    assert [where for where, _, _ in refused.value.faults] == ["A", "C"]


PORTS = ",".join(map(str, range(1, MOST_MEMBERS + 2)))
ADDRESSES = "\n".join(f"10.0.{n >> 8}.{n & 255}" for n in range(MOST_MEMBERS + 1))
AT_MOST = "at most 2,000 are taken"


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [("address-groups", "members", ADDRESSES), ("traffic", "local_ports", PORTS)],
)
def test_a_group_of_more_members_than_anybody_reads_is_refused_in_forms(
    anna: User, kind: str, field: str, text: str
) -> None:
    client = Client()
    client.force_login(anna)
    given = {"name": "Many", field: text}
    page = client.post(reverse("policy_object_new", args=[kind]), given)
    assert page.context["form"].errors[field] == [
        "It has 2,001 members, at most 2,000 are taken; "
        "write ranges or prefixes, or make a rule for each part."
    ]


def test_the_form_of_a_rule_refuses_them_too(draft: Version, anna: User) -> None:
    client = Client()
    client.force_login(anna)
    given = {"name": "Many", "local_ports": PORTS, "action": "Allow", "revision": "1"}
    page = client.post(reverse("policy_rule", args=[draft.pk]), given)
    assert AT_MOST in page.content.decode()
    draft.refresh_from_db()
    assert draft.revision == 1


def test_programs_are_refused_too(draft: Version, anna: User) -> None:
    client = with_token(anna)
    ports = {"local_ports": {"members": PORTS.split(",")}}
    rule = {"name": "Many", "inline_traffic": ports}
    for address, given in (
        (reverse("api_policy_objects", args=["traffic"]), {"name": "Many", "content": ports}),
        (
            reverse("api_policy_objects", args=["address-groups"]),
            {"name": "Many", "content": {"members": ADDRESSES.split()}},
        ),
        (reverse("api_policy_rules", args=[draft.pk]), {"revision": 1, "rule": rule}),
    ):
        answer = client.post(address, json.dumps(given), content_type="application/json")
        assert answer.status_code == 400, answer.content[:200]
        assert AT_MOST in answer.content.decode()
