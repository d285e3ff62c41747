"""Two people save one draft: each conflict in words, decided one by one, nothing lost."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import drafts
from designer.content.rules import Content, RuleContent, TestContent
from designer.models import Version
from designer.queries.contents import content_of
from policy.model import Kind
from tests.designer.conftest import NOW

pytestmark = pytest.mark.django_db
CONNECTION = {
    "local_ip": "10.1.1.1",
    "local_port": 992,
    "remote_ip": "192.0.2.9",
    "remote_port": 1,
    "protections": [{"protocol": "TLS", "version": "TLSv1.1"}],
}
MORE = (
    RuleContent("A", inline_traffic={"job": "AAA"}, action="Allow"),
    RuleContent("B", inline_traffic={"job": "BBB"}, action="Allow"),
)


SAID = (
    "The rule TN3270: exception until",
    "2027-03-31",
    "TN3270 servers on port 992 of job TN3270* may use TLS 1.1 until 2027-06-30.",
    "The rule TN3270: owner",
    "The rule TN3270: action",
    "Audit: write an audit record",
    "TN3270 servers on port 992 of job TN3270* that use TLS 1.1 are audited until 2027-03-31.",
    "The rule Good: protection of this rule alone",
    "All connections may use TLS 1.3.",
    "All connections may use TLS 1.2.",
    "The rule A: conditions of this rule alone",
    "Connections of job AAAX may use any TLS.",
    "Connections of job AAAY may use any TLS.",
    "Deleted",
    "Connections of job BBB may use any TLS.",
    "The test Old",
    "port 993 with 192.0.2.9 port 1, TLS (version TLSv1.1); expects TN3270",
    "expects Rest",
    "The test Gone",
    "BERT, 2026-11-28 12:00:00",
    "You (ANNA), ",
)


@pytest.fixture
def client(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def base(draft: Version, anna: User) -> Content:
    """What both begin with, at revision 2."""
    content = content_of(draft)
    tests = (TestContent("Old", CONNECTION, "TN3270"), TestContent("Gone", CONNECTION, "TN3270"))
    full = Content((*content.rules, *MORE), tests)
    drafts.save(version=draft, revision=1, content=full, by=anna, now=NOW)
    return content_of(draft)


def changed(content: Content, name: str, **parts: object) -> Content:
    rule = content.rule(name)
    assert rule is not None
    return content.put(replace(rule, **parts))  # type: ignore[arg-type]  # the fields' own values


def meet(client: Client, draft: Version, mine: Content) -> str:
    """Anna's form, made of revision 2, as the page of conflicts answers it."""
    given = {"revision": 2, "mine": json.dumps(mine.tree())}
    answer = client.post(reverse("policy_merge", args=[draft.pk]), given)
    assert answer.status_code == 409
    return html.unescape(answer.content.decode())


def test_each_kind_of_conflict_is_said_in_words(
    client: Client, draft: Version, base: Content, bert: User
) -> None:
    theirs = changed(base, "TN3270", expires=date(2027, 3, 31), owner="Bert", action="Audit")
    theirs = changed(theirs, "Good", security="", inline_security={"version": ["TLSv1.3"]})
    theirs = changed(theirs, "A", inline_traffic={"job": "AAAX"}).without("B").moved("A", 1)
    theirs = theirs.put_test(TestContent("Old", CONNECTION, "Rest")).without_test("Gone")
    drafts.save(version=draft, revision=2, content=theirs, by=bert, now=NOW)
    mine = changed(base, "TN3270", expires=date(2027, 6, 30), owner="Anna", action="")
    mine = changed(mine, "Good", security="", inline_security={"version": ["TLSv1.2"]})
    mine = changed(mine, "A", inline_traffic={"job": "AAAY"})
    mine = changed(mine, "B", description="Mine").moved("B", 1).moved("TN3270", 9)
    mine = mine.put_test(TestContent("Old", {**CONNECTION, "local_port": 993}, "TN3270"))
    mine = mine.put_test(TestContent("Gone", CONNECTION, "Rest"))
    page = meet(client, draft, mine)
    for said in SAID:
        assert said in page, said
    (hidden,) = re.findall(r'name="mine" value="(.*?)">', page)
    shown = page[page.index("<h1>") :].replace(hidden, "")
    assert "{" not in shown
    assert "[" not in shown


def test_the_order_of_rules_is_a_conflict_in_words(
    client: Client, draft: Version, base: Content, bert: User
) -> None:
    drafts.save(version=draft, revision=2, content=base.moved("B", 1), by=bert, now=NOW)
    page = meet(client, draft, base.moved("A", 1))
    assert "Order of the specific rules" in page
    assert "then A" in page
    assert "choice:order" in page


def test_conflicts_are_decided_one_by_one(
    client: Client, draft: Version, base: Content, bert: User, anna: User
) -> None:
    theirs = changed(base, "TN3270", owner="Bert", action="Audit")
    drafts.save(version=draft, revision=2, content=theirs, by=bert, now=NOW)
    mine = changed(base, "TN3270", owner="Anna", action="", description="Only mine")
    page = meet(client, draft, mine)
    assert page.count('type="radio"') == 4
    (hidden,) = re.findall(r'name="mine" value="(.*?)">', page)
    given = {"revision": "2", "seen": "3", "mine": hidden, "choice:TN3270/owner": "mine"}
    address = reverse("policy_merge", args=[draft.pk])
    answer = client.post(address, given)
    assert answer.status_code == 409
    left = html.unescape(answer.content.decode())
    assert "The rule TN3270: action" in left
    answer = client.post(address, {**given, "choice:TN3270/action": "theirs"})
    assert answer.status_code == 302
    rule = content_of(draft).rule("TN3270")
    assert rule is not None
    assert (rule.owner, rule.action, rule.description) == ("Anna", "Audit", "Only mine")


def test_all_who_saved_since_are_named(
    client: Client, draft: Version, base: Content, bert: User, anna: User
) -> None:
    drafts.save(version=draft, revision=2, content=changed(base, "A", owner="x"), by=bert, now=NOW)
    drafts.save(
        version=draft, revision=3, content=changed(base, "A", owner="Bert"), by=bert, now=NOW
    )
    page = meet(client, draft, changed(base, "A", owner="Anna"))
    assert "Saved since you opened it: BERT at 2026-11-28 12:00:00" in page


def test_changes_that_fit_together_are_saved_at_once(
    client: Client, draft: Version, base: Content, bert: User
) -> None:
    drafts.save(
        version=draft, revision=2, content=changed(base, "A", owner="Bert"), by=bert, now=NOW
    )
    old = {"revision": 2, "name": "Rest", "action": "Allow"}
    answer = client.post(reverse("policy_rest", args=[draft.pk]), old)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "What you changed and what BERT changed fit together." in page
    (hidden,) = re.findall(r'name="mine" value="(.*?)">', page)
    given = {"revision": "2", "seen": "3", "mine": hidden}
    assert client.post(reverse("policy_merge", args=[draft.pk]), given).status_code == 302
    found = content_of(draft)
    rule, rest = found.rule("A"), found.of_kind(Kind.CATCH_ALL)[0]
    assert rule is not None
    assert (rule.owner, rest.action) == ("Bert", "Allow")


def test_a_choice_holds_for_the_revision_that_was_looked_at(
    client: Client, draft: Version, base: Content, bert: User
) -> None:
    theirs = changed(base, "A", owner="Bert")
    drafts.save(version=draft, revision=2, content=theirs, by=bert, now=NOW)
    page = meet(client, draft, changed(base, "A", owner="Anna"))
    (hidden,) = re.findall(r'name="mine" value="(.*?)">', page)
    assert re.findall(r'name="seen" value="(\d+)"', page) == ["3"]
    theirs = changed(base, "A", owner="Bert again")
    drafts.save(version=draft, revision=3, content=theirs, by=bert, now=NOW)
    given = {"revision": "2", "mine": hidden, "choice:A/owner": "mine"}
    address = reverse("policy_merge", args=[draft.pk])
    answer = client.post(address, {**given, "seen": "3"})
    assert answer.status_code == 409
    page = html.unescape(answer.content.decode())
    assert "BERT saved once more while you looked at both sides." in page
    assert "Bert again" in page
    assert " checked" not in page
    assert content_of(draft) == theirs
    assert re.findall(r'name="seen" value="(\d+)"', page) == ["4"]
    assert client.post(address, {**given, "seen": "4"}).status_code == 302
    rule = content_of(draft).rule("A")
    assert rule is not None
    assert rule.owner == "Anna"
