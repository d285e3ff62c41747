"""What was typed on a page of before comes to the page of both sides, whatever others did."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import drafts, objects
from designer.content.rules import Content, RuleContent, TestContent
from designer.models import AddressGroup, Version
from designer.objects import Said
from designer.queries.contents import content_of
from policy.model import Kind
from tests.designer.conftest import ARTICLE, NOW

pytestmark = pytest.mark.django_db
FTP = RuleContent("FTP", inline_traffic={"job": "FTPD*"}, action="Allow")
CICS = RuleContent("CICS", inline_traffic={"job": "CICS*"}, action="Allow")


@pytest.fixture
def client(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


class Page:
    """ANNA's page, sent after BERT has saved; and the page of both sides."""

    def __init__(self, client: Client, draft: Version) -> None:
        self.client, self.draft, self.text = client, draft, ""
        self.revision = draft.revision

    def send(self, step: str, *, query: str = "", **given: Any) -> None:
        address = reverse(f"policy_{step}", args=[self.draft.pk]) + query
        answer = self.client.post(address, {"revision": self.revision, **given})
        assert answer.status_code == 409, answer
        self.text = html.unescape(answer.content.decode())

    def decide(self, side: str = "") -> Any:
        hidden = dict(re.findall(r'name="(mine|seen)" value="(.*?)">', self.text))
        choices = dict.fromkeys(re.findall(r'name="(choice:[^"]+)"', self.text), side)
        given = {"revision": self.revision, **hidden, **choices}
        return self.client.post(reverse("policy_merge", args=[self.draft.pk]), given)

    def says(self) -> Content:
        return content_of(self.draft)


@pytest.fixture
def page(client: Client, draft: Version) -> Page:
    return Page(client, draft)


def save(draft: Version, content: Content, by: User) -> None:
    draft.refresh_from_db()
    drafts.save(version=draft, revision=draft.revision, content=content, by=by, now=NOW)


def test_the_general_rule_was_renamed(page: Page, draft: Version, bert: User) -> None:
    good = ARTICLE.rules[0]
    save(draft, ARTICLE.put(replace(good, name="Better"), "Good"), bert)
    typed = {"name": "Good", "security": "TLS 1.2 or later", "action": "Audit"}
    page.send("general", use="rule", description="Long words", **typed)
    assert page.decide("mine").status_code == 302
    (rule,) = page.says().of_kind(Kind.GENERAL)
    assert rule == replace(good, name="Better", action="Audit", description="Long words")


def test_a_catch_all_rule_was_added(page: Page, draft: Version, bert: User) -> None:
    save(draft, ARTICLE.without("Rest"), bert)
    page.revision = 2
    theirs = RuleContent("Theirs", Kind.CATCH_ALL, action="Audit")
    save(draft, ARTICLE.without("Rest").put(theirs), bert)
    page.send("rest", use="rule", name="Mine", action="Allow", description="Typed")
    assert "The rule Theirs" in page.text
    assert page.decide("mine").status_code == 302
    mine = RuleContent("Mine", Kind.CATCH_ALL, action="Allow", description="Typed")
    assert page.says().of_kind(Kind.CATCH_ALL) == (mine,)


def test_the_rule_was_deleted(page: Page, draft: Version, bert: User) -> None:
    save(draft, ARTICLE.without("TN3270"), bert)
    typed = {"name": "TN3270", "traffic": "TN3270", "security": "TLS 1.1", "action": "Audit"}
    page.send("rule", query="?name=TN3270", description="Typed", **typed)
    assert "The rule TN3270" in page.text
    assert page.decide("mine").status_code == 302
    wanted = RuleContent(description="Typed", **typed)
    assert page.says().rule("TN3270") == wanted


def test_going_without_a_general_rule_leaves_what_others_added(
    page: Page, draft: Version, bert: User
) -> None:
    save(draft, ARTICLE.put(FTP), bert)
    page.send("general", use="none")
    assert "fit together" in page.text
    assert page.decide().status_code == 302
    assert [one.name for one in page.says().rules] == ["TN3270", "FTP", "Rest"]


def test_a_rule_was_added_before_one_is_moved(
    page: Page, draft: Version, anna: User, bert: User
) -> None:
    save(draft, ARTICLE.put(FTP), anna)
    page.revision = 2
    save(draft, ARTICLE.put(FTP).put(CICS), bert)
    page.send("rules_order", up="FTP")
    assert page.decide().status_code == 302
    assert [one.name for one in page.says().of_kind(Kind.SPECIFIC)] == ["FTP", "TN3270", "CICS"]


def test_the_test_was_deleted(page: Page, draft: Version, anna: User, bert: User) -> None:
    typed = {"local_ip": "10.1.1.1", "local_port": 992, "remote_ip": "10.2.0.9", "remote_port": 5}
    sample = TestContent("Terminal", typed, "TN3270")
    save(draft, replace(ARTICLE, tests=(sample,)), anna)
    page.revision = 2
    save(draft, ARTICLE, bert)
    page.send("test", query="?name=Terminal", name="Terminal", expected="Rest", **typed)
    assert "The test Terminal" in page.text
    assert page.decide("mine").status_code == 302
    (one,) = page.says().tests
    assert (one.name, one.expected, one.connection["local_port"]) == ("Terminal", "Rest", 992)


def test_what_does_not_fit_together_is_said_and_kept(
    page: Page, draft: Version, anna: User, bert: User
) -> None:
    said = Said("Branch", {"members": ["10.1.0.0/16"]})
    branch = objects.make(kind=AddressGroup, said=said, by=bert, now=NOW)
    save(draft, ARTICLE.put(replace(ARTICLE.rules[1], action="Audit")), bert)
    typed = {"name": "TN3270", "traffic": "TN3270", "security": "TLS 1.1", "local": "Branch"}
    page.send("rule", query="?name=TN3270", **typed)
    objects.delete(one=branch, by=bert, now=NOW)
    answer = page.decide("mine")
    assert answer.status_code == 409
    again = html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))
    assert "both together do not fit: TN3270 / local: there is no Branch." in again
    assert re.findall(r'value="mine"( checked)', answer.content.decode())
    objects.make(kind=AddressGroup, said=said, by=anna, now=NOW)
    page.text = html.unescape(answer.content.decode())
    assert page.decide("mine").status_code == 302
    assert page.says().rule("TN3270") == RuleContent(**typed)
