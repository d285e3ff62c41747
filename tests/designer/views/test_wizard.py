"""The article's scenario by the pages alone: TLS 1.2 or later, TN3270 may use 1.1, rest audited."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer import objects
from designer.models import SecurityDescriptor, Version
from designer.queries.contents import rule_set_of
from policy import parser
from policy.model import Policy
from policy.values.actions import Action
from policy.vocabulary import Attribute
from tests.designer.conftest import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped_objects(db: None) -> None:
    objects.take_shipped(now=timezone.now())


@pytest.fixture
def author(anna: User, shipped_objects: None) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def approver(bert: User) -> Client:
    client = Client()
    client.force_login(bert)
    return client


def made(client: Client, **more: str) -> Version:
    given = {"name": "Company TLS", "protocol": "TLS", "description": "", "owner": "", **more}
    answer = client.post(reverse("policy_new"), given)
    assert answer.status_code == 302, answer.content
    return Version.objects.get()


def post(client: Client, step: str, version: Version, /, **given: Any) -> str:
    """Post a step with the revision of now; returns where it leads."""
    version.refresh_from_db()
    address = reverse(f"policy_{step}", args=[version.pk])
    answer = client.post(address, {"revision": version.revision, **given})
    assert answer.status_code == 302, re.findall(
        r'class="error"[^>]*>([^<]+)', answer.content.decode()
    )
    return str(answer["Location"])


def build(client: Client) -> Version:
    version = made(client)
    post(
        client,
        "general",
        version,
        name="TLS 1.2 or later",
        security="TLS 1.2 or later",
        action="Allow",
    )
    post(
        client,
        "rule",
        version,
        name="TN3270",
        local_ports="992",
        direction="Inbound",
        security="~own",
        want_version="TLSv1.1",
        action="Allow",
        expires="2027-03-31",
        owner="Net team",
    )
    post(client, "rest", version, name="Everything else", action="Audit")
    version.refresh_from_db()
    return version


def test_the_steps_make_the_rule_set_of_the_article(author: Client) -> None:
    version = build(author)
    rule_set = rule_set_of(version)
    assert rule_set.general is not None
    assert rule_set.general.requirement is not None
    assert rule_set.general.requirement.words(Attribute.VERSION) == ("TLSv1.2", "TLSv1.3")
    (exception,) = rule_set.specific
    assert str(exception.traffic.local_ports) == "992"
    assert exception.expires == date(2027, 3, 31)
    assert exception.action.is_silent
    assert rule_set.catch_all is not None
    assert rule_set.catch_all.action.effect == Action(audit=True).effect
    page = author.get(reverse("policy_review", args=[version.pk])).content.decode()
    assert "may use TLS 1.1 until 2027-03-31" in page
    assert "Nothing on record in the last 30 days is checked against this rule set." in page


def test_the_file_parses_back_to_the_same_rule_set(author: Client) -> None:
    version = build(author)
    text = author.get(reverse("policy_download", args=[version.pk])).content.decode()
    read = parser.parse(text)
    assert not read.findings
    (found,) = read.policy.rule_sets
    wanted = rule_set_of(version)
    assert [(r.name, r.traffic, r.requirement, r.action.effect) for r in found.rules()] == [
        (r.name, r.traffic, r.requirement, r.action.effect) for r in wanted.rules()
    ]


def test_another_person_publishes(author: Client, approver: Client) -> None:
    version = build(author)
    post(author, "submit", version, comment="First version.")
    own = author.post(reverse("policy_decide", args=[version.pk]), follow=True)
    assert "somebody else has to look at it" in own.content.decode()
    waiting = approver.get(reverse("policy_approvals")).content.decode()
    assert "may decide" in waiting
    post(approver, "decide", version, verdict="publish")
    version.refresh_from_db()
    assert version.state == "published"
    assert author.get(reverse("policy_rules", args=[version.pk])).status_code == 302


def test_the_sentence_is_live(author: Client) -> None:
    version = made(author)
    address = reverse("policy_rule_words", args=[version.pk, "specific"])
    given = {"name": "x", "local_ports": "992", "security": "TLS 1.1", "action": "Allow"}
    said = author.post(address, given).content.decode()
    assert "servers on port 992 may use TLS 1.1." in said
    wrong = author.post(address, given | {"local_ports": "99999"}).content.decode()
    assert "99999" in wrong
    assert "check-line" in wrong


def test_what_was_typed_stays_when_something_is_wrong(author: Client) -> None:
    version = made(author)
    address = reverse("policy_rule", args=[version.pk])
    given = {"revision": "1", "name": "Keep me", "job": "TOO LONG!", "action": "Allow"}
    answer = author.post(address, given)
    assert answer.status_code == 422
    assert "Keep me" in answer.content.decode()
    assert rule_set_of(version).rules() == ()


def test_a_new_object_comes_into_the_lists_and_what_was_typed_stays(
    author: Client, anna: User
) -> None:
    version = made(author)
    address = reverse("policy_rule", args=[version.pk])
    page = author.get(address).content.decode()
    for kind in ("traffic", "address-groups", "actions", "security"):
        new = reverse("policy_object_new", args=[kind])
        assert re.search(rf'href="{new}[^"]*" target="_blank" rel="noopener"', page)
    assert f"{reverse('policy_object_new', args=['security'])}?protocol=TLS" in page
    said = objects.Said("Ours", {"version": ["TLSv1.3"]}, protocol="TLS")
    objects.make(kind=SecurityDescriptor, said=said, by=anna, now=timezone.now())
    typed = {
        "revision": "1",
        "name": "",
        "job": "TOO LONG!",
        "security": "TLS 1.1",
        "want_encryption": ["AES-CBC-128", "AES-CBC-256"],
        "expires": "2027-02-30",
        "action": "Audit",
    }
    answer = author.post(address, {**typed, "look": "1"})
    assert answer.status_code == 200
    form = answer.context["form"]
    assert not form.errors
    assert ("Ours", "Ours") in form.fields["security"].choices
    assert {name: form[name].value() for name in typed if name != "revision"} == {
        name: value for name, value in typed.items() if name != "revision"
    }
    assert rule_set_of(version).rules() == ()


def test_a_refused_form_stays_meant_for_the_revision_it_was_opened_with(
    author: Client, approver: Client
) -> None:
    version = build(author)
    old = version.revision
    address = reverse("policy_rest", args=[version.pk])
    post(approver, "rest", version, name="Everything else", action="Log")
    for given, status in (({"name": ""}, 422), ({"name": "x", "look": "1"}, 200)):
        answer = author.post(address, {"revision": old, "action": "Allow", **given})
        assert answer.status_code == status
        assert f'name="revision" value="{old}"' in answer.content.decode()


def test_rules_move_by_buttons_and_as_a_whole(author: Client) -> None:
    version = made(author)
    for name in ("a", "b", "c"):
        post(author, "rule", version, name=name, local_ports=str(ord(name)), action="Allow")

    def names() -> list[str]:
        return [rule.name for rule in rule_set_of(version).specific]

    post(author, "rules_order", version, up="c")
    assert names() == ["a", "c", "b"]
    post(author, "rules_order", version, down="a")
    assert names() == ["c", "a", "b"]
    post(author, "rules_order", version, name=["b", "a", "c"])
    assert names() == ["b", "a", "c"]
    post(author, "rule_drop", version, name="a")
    assert names() == ["b", "c"]


def test_a_stale_draft_is_merged_and_never_overwritten(author: Client, approver: Client) -> None:
    version = build(author)
    address = reverse("policy_rest", args=[version.pk])
    old = version.revision
    post(approver, "rest", version, name="Everything else", action="Log")
    answer = author.post(address, {"revision": old, "name": "Everything else", "action": "Allow"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "BERT saved Company TLS version 1 at " in page
    assert "The rule Everything else: action" in page
    assert (
        "Before: Audit: write an audit record. Everything else that uses any TLS is audited."
        in page
    )
    assert "Log: log to syslogd at warning" in page
    assert "You (ANNA), " in page
    assert "Everything else may use any TLS." in page
    (hidden,) = re.findall(r'name="mine" value="[^"]*"', page)
    assert "&quot;" not in page.replace(hidden, "")
    mine = re.search(r'name="mine" value="([^"]+)"', page)
    assert mine
    (choice,) = set(re.findall(r'name="(choice:[^"]+)"', page))
    said = mine[1].replace("&quot;", '"')
    merge = reverse("policy_merge", args=[version.pk])
    answer = author.post(merge, {"revision": old, "seen": old + 1, "mine": said, choice: "mine"})
    assert answer.status_code == 302
    rest = rule_set_of(version).catch_all
    assert rest is not None
    assert rest.action.is_silent


def test_a_template_fills_all_steps(author: Client) -> None:
    version = made(author, template="tls-1.2-tn3270-excepted")
    rule_set = rule_set_of(version)
    assert [rule.name for rule in rule_set.rules()] == [
        "TLS 1.2 or later",
        "TN3270 with TLS 1.1",
        "Other TLS",
    ]
    wrong = author.post(
        reverse("policy_new"), {"name": "x", "protocol": "SSH", "template": "tls-1.3"}
    )
    assert wrong.status_code == 422


def test_going_on_without_a_rule_takes_it_out(author: Client) -> None:
    version = build(author)
    assert post(author, "general", version, use="none").endswith("/rules/")
    assert rule_set_of(version).general is None


def test_each_rule_can_be_edited_without_a_change(author: Client) -> None:
    version = build(author)
    before = rule_set_of(version)
    page = author.get(reverse("policy_rule", args=[version.pk]), {"name": "TN3270"})
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in given.items() if value not in (None, "")}
    address = reverse("policy_rule", args=[version.pk]) + "?name=TN3270"
    answer = author.post(address, {**given, "revision": version.revision})
    assert answer.status_code == 302
    assert Policy((rule_set_of(version),)) == Policy((before,))


def test_a_viewer_reads_and_changes_nothing(author: Client, named: Person) -> None:
    version = build(author)
    viewer = User.objects.create(username="READER")
    viewer.groups.add(named("X").groups.get(name="viewer"))
    client = Client()
    client.force_login(viewer)
    for name in ("review", "submit", "file"):
        assert client.get(reverse(f"policy_{name}", args=[version.pk])).status_code == 200
    for name in ("start", "general", "rules", "rule", "rest", "plan"):
        assert client.get(reverse(f"policy_{name}", args=[version.pk])).status_code == 403
    assert client.post(reverse("policy_submit", args=[version.pk])).status_code == 403
    assert "New rule set" not in client.get(reverse("policy_rule_sets")).content.decode()
