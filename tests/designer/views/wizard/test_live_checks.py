"""Steps are checked while they are filled in: each fault at its field, nothing is saved."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import approval, drafts, versions
from designer.content.rules import RuleContent
from designer.models import Stack, Version
from designer.versions import Described, NewRuleSet
from policy.vocabulary import Protocol
from tests.analyzer.views.page import said
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
PLACE = r'<div id="id_(\w+)_said" hx-swap-oob="innerHTML">(.*?)</div>'
SAMPLE = {
    "name": "Old clients",
    "expected": "TN3270",
    "local_ip": "10.1.1.1",
    "local_port": "992",
    "remote_ip": "192.0.2.9",
    "remote_port": "50000",
    "job": "TN3270",
    "is_version": "TLSv1.1",
}


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def asked(client: Client, step: str, *args: int, query: str = "", **given: object) -> str:
    """The answer to what was typed; every field that was sent has been touched."""
    address = f"{reverse(f'policy_{step}_check', args=args)}{query}"
    answer = client.post(address, {"touched": " ".join(given), **given})
    assert answer.status_code == 200
    return said(answer)


def faults(page: str) -> dict[str, list[str]]:
    """The faults by field."""
    places = re.findall(PLACE, page, re.DOTALL)
    found = {name: re.findall(r'<p class="error">(.*?)</p>', place) for name, place in places}
    return {name: errors for name, errors in found.items() if errors}


def whole(page: str) -> str:
    """What is said of the whole, without marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<div id=")[0]).split())


def test_a_new_rule_set_says_what_is_wrong_at_each_field(author: Client, draft: Version) -> None:
    found = faults(asked(author, "new", protocol="TLS", name="site tls", owner="x" * 101))
    assert found["name"] == ["There is a rule set `site tls` already."]
    assert found["owner"] == ["Ensure this value has at most 100 characters (it has 101)."]
    page = asked(author, "new", protocol="SSH", name="", template="tls-article")
    assert faults(page)["name"] == ["A rule set needs a name."]
    assert "This template is for TLS" in faults(page)["template"][0] or "template" in faults(page)
    assert whole(page).startswith("A rule set for SSH")


def test_what_nobody_has_been_in_yet_is_not_called_missing(author: Client) -> None:
    address = reverse("policy_new_check")
    typed = {"protocol": "TLS", "name": "", "touched": "protocol"}
    assert faults(author.post(address, typed).content.decode()) == {}


def test_the_head_is_checked_against_other_names_and_other_people(
    author: Client, anna: User, bert: User, draft: Version
) -> None:
    versions.make(head=NewRuleSet("Other", Protocol.SSH), by=anna, now=NOW)
    given = {"name": "Site TLS", "description": "", "owner": "Net team", "revision": 1}
    page = asked(author, "start", draft.pk, **given)
    assert faults(page) == {}
    assert whole(page) == "The rule set Site TLS for TLS, owner Net team."
    page = asked(author, "start", draft.pk, **given | {"name": "other", "description": "a\tb"})
    assert faults(page)["name"] == ["There is a rule set `other` already."]
    assert "is not one line of printable text" in faults(page)["description"][0]
    said = Described("Site TLS", owner="Theirs")
    versions.describe(rule_set=draft.rule_set, revision=1, said=said, by=bert, now=NOW)
    page = asked(author, "start", draft.pk, **given)
    assert "BERT has changed name, purpose or owner meanwhile" in whole(page)


def test_stacks_say_what_publishing_would_do(
    author: Client, draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    page = asked(author, "plan", draft.pk, revision=1)
    assert "puts it on no stack" in whole(page)
    page = asked(author, "plan", draft.pk, revision=1, stack=stack.pk)
    assert whole(page) == "Publishing Site TLS version 1 puts it on 1 stack."
    page = asked(author, "plan", draft.pk, revision=1, stack=stack.pk + 1)
    assert faults(page) == {"stack": ["A stack that was chosen is gone: load the page again."]}
    answer = author.post(
        reverse("policy_plan", args=[draft.pk]), {"revision": 1, "stack": stack.pk + 1}
    )
    assert answer.status_code == 422
    assert "A stack that was chosen is gone" in answer.content.decode()
    Stack.objects.update(tag="PROD")
    drafts.plan(version=draft, revision=1, stacks=[stack], by=anna, now=NOW)
    draft.refresh_from_db()
    following = versions.open_draft(version=release(draft), by=anna, now=NOW)
    more = RuleContent("More", inline_traffic={"job": "X"})
    drafts.add_rule(version=following, revision=1, rule=more, by=anna, now=NOW)
    page = asked(author, "plan", following.pk, revision=1, stack=stack.pk)
    assert "has Site TLS version 1 now, which goes. For production:" in whole(page)
    assert "ANNA has saved this draft meanwhile: saving shows both sides." in whole(page)


def test_the_approval_step_says_what_keeps_it_from_being_submitted(
    author: Client, draft: Version, anna: User
) -> None:
    page = asked(author, "submit", draft.pk, revision=1, comment="", was="")
    assert faults(page)["comment"] == ["Say what changes and why: whoever approves needs it."]
    assert whole(page) == "It can be submitted: the checks find no error, and it has no test."
    page = asked(author, "submit", draft.pk, revision=1, comment="x" * 501, was="")
    assert "at most 500 characters" in faults(page)["comment"][0]
    for name in ("Rest", "Good", "TN3270"):
        draft.refresh_from_db()
        drafts.drop_rule(version=draft, revision=draft.revision, name=name, by=anna, now=NOW)
    page = asked(author, "submit", draft.pk, revision=1, comment="x", was="")
    assert "Site TLS: there is no rule, so that nothing would ever happen." in whole(page)
    assert "ANNA has saved this draft meanwhile" in whole(page)


def test_a_test_says_which_rule_it_meets_as_it_is_typed(author: Client, draft: Version) -> None:
    page = asked(author, "test", draft.pk, revision=1, **SAMPLE)
    assert faults(page) == {}
    assert "10.1.1.1 port 992 with 192.0.2.9 port 50000" in whole(page)
    assert whole(page).endswith("It meets TN3270, as expected.")
    page = asked(author, "test", draft.pk, revision=1, **SAMPLE | {"local_port": "993"})
    assert "It expects TN3270, and meets Rest." in whole(page)
    assert "local port: wants 992, is 993" in whole(page)
    page = asked(author, "test", draft.pk, revision=1, **SAMPLE | {"local_ip": "10.1.1.999"})
    assert "10.1.1.999" in faults(page)["local_ip"][0]
    assert "as soon as its addresses and ports are there" in whole(page)
    page = asked(author, "test", draft.pk, revision=1, **SAMPLE | {"remote_port": "70000"})
    assert "65535" in faults(page)["remote_port"][0]


def test_a_name_of_another_test_is_said(author: Client, draft: Version) -> None:
    author.post(reverse("policy_test", args=[draft.pk]), {"revision": 1, **SAMPLE})
    page = asked(author, "test", draft.pk, revision=2, **SAMPLE)
    assert faults(page) == {"name": ["There is a test `Old clients` already."]}
    own = asked(author, "test", draft.pk, query="?name=Old+clients", revision=2, **SAMPLE)
    assert faults(own) == {}


def test_each_field_is_described_by_the_place_of_its_faults(author: Client, draft: Version) -> None:
    pages = {
        reverse("policy_new"): ("protocol", "name", "description", "owner", "template"),
        reverse("policy_start", args=[draft.pk]): ("name", "description", "owner"),
        reverse("policy_submit", args=[draft.pk]): ("comment",),
        reverse("policy_test", args=[draft.pk]): ("name", "local_ip", "is_version", "ip_protocol"),
    }
    for address, fields in pages.items():
        page = author.get(address).content.decode()
        for name in fields:
            (tag,) = re.findall(rf'<(?:input|select|textarea)[^>]*id="id_{name}"[^>]*>', page)
            (by,) = re.findall(r'aria-describedby="([^"]+)"', tag)
            assert f"id_{name}_said" in by.split()
            for place in by.split():
                assert page.count(f'id="{place}"') == 1, (address, place)


def test_days_and_ways_that_are_not_offered_are_refused_at_their_field(
    author: Client, draft: Version
) -> None:
    address = reverse("policy_review", args=[draft.pk])
    answer = author.get(f"{address}?days=8&scope=mine")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "8 days are not offered: take one of 7, 30, 90. Shown are 30." in page
    assert "mine is no way to judge: take one of the list. Shown is that of the site." in page
    assert author.get(f"{address}?days=90&scope=all").status_code == 200


def comment_of(client: Client, version: Version) -> str:
    page = client.get(reverse("policy_submit", args=[version.pk])).content.decode()
    (text,) = re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    return str(text)


def test_the_comment_is_there_when_one_comes_again(author: Client, draft: Version) -> None:
    address = reverse("policy_submit", args=[draft.pk])
    typed = {"revision": 1, "comment": "TLS 1.0 goes.\r\nAsk Net team.", "was": "", "go": "rules"}
    answer = author.post(address, typed)
    assert answer["Location"] == reverse("policy_rules", args=[draft.pk])
    assert comment_of(author, draft) == "TLS 1.0 goes.\nAsk Net team."
    draft.refresh_from_db()
    assert (draft.state, draft.revision) == ("draft", 1)
    empty = {"revision": 1, "comment": "", "was": "TLS 1.0 goes.\r\nAsk Net team.", "go": "start"}
    assert author.post(address, empty).status_code == 302
    assert comment_of(author, draft) == ""


def test_two_who_write_a_comment_are_told(author: Client, draft: Version, bert: User) -> None:
    approval.note(version=draft, comment="Theirs", was="", by=bert, now=NOW)
    address = reverse("policy_submit", args=[draft.pk])
    typed = {"revision": 1, "comment": "Mine", "was": "", "go": "rules"}
    answer = author.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else has changed it meanwhile to: Theirs" in page
    assert 'name="was" value="Theirs"' in page
    assert ">\nMine</textarea>" in page
    assert author.post(address, {**typed, "was": "Theirs"}).status_code == 302
    draft.refresh_from_db()
    assert draft.comment == "Mine"
    assert draft.editors == sorted({draft.author_id, bert.pk})


def test_a_comment_too_long_for_the_record_is_a_fault_and_not_cut(
    author: Client, draft: Version
) -> None:
    address = reverse("policy_submit", args=[draft.pk])
    for go in ("", "rules"):
        answer = author.post(address, {"revision": 1, "comment": "x" * 501, "go": go})
        assert answer.status_code == 422
        assert "at most 500 characters" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.comment) == ("draft", "")


def test_a_comment_outlives_a_submit_that_comes_too_late(
    author: Client, draft: Version, bert: User
) -> None:
    drafts.drop_rule(version=draft, revision=1, name="TN3270", by=bert, now=NOW)
    address = reverse("policy_submit", args=[draft.pk])
    answer = author.post(address, {"revision": 1, "comment": "Typed", "was": ""})
    assert answer.status_code == 409
    assert comment_of(author, draft) == "Typed"


def test_whoever_approves_reads_the_rules_and_what_checks_say_beside_the_decision(
    author: Client, bert: User, draft: Version
) -> None:
    drafts.drop_rule(version=draft, revision=1, name="Rest", by=bert, now=NOW)
    page = said(author.get(reverse("policy_submit", args=[draft.pk])))
    assert "What it says" not in page
    anna = User.objects.get(username="ANNA")
    approval.submit(version=draft, revision=2, comment="Asked for.", by=anna, now=NOW)
    page = said(author.get(reverse("policy_submit", args=[draft.pk])))
    order = [page.index(f"<b>{name}</b>") for name in ("Good", "TN3270")]
    assert order == sorted(order)
    assert "all connections may use TLS 1.2 or later" in page
    assert "Warning: " in page
    assert "It has no test." in page
    assert f'href="{reverse("policy_review", args=[draft.pk])}#effect"' in page


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("general", "all connections may use any TLS."),
        ("rest", "everything else that uses any TLS is audited."),
    ],
)
def test_a_new_rule_stands_in_words_before_anybody_types(
    author: Client, anna: User, shelf: None, step: str, sentence: str
) -> None:
    made = versions.make(head=NewRuleSet("Empty", Protocol.TLS), by=anna, now=NOW)
    page = said(author.get(reverse(f"policy_{step}", args=[made.pk])))
    assert f'<p class="rule-said">{sentence}</p>' in page
    assert "while you fill it in" not in page
    blank = said(author.get(reverse("policy_rule", args=[made.pk])))
    assert "The rule stands here in words while you fill it in." in blank
