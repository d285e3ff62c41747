"""Tests of a rule set by pages: typed, taken from records, edited; a failing one blocks."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from designer import drafts, versions
from designer.content.rules import TestContent
from designer.models import Version
from designer.queries.contents import content_of
from designer.versions import NewRuleSet
from policy.vocabulary import Protocol
from tests.designer.conftest import ARTICLE, NOW, Release

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Old TN3270",
    "expected": "TN3270",
    "local_ip": "10.1.1.1",
    "local_port": "992",
    "remote_ip": "192.0.2.9",
    "remote_port": "50000",
    "job": "TN3270",
    "direction": "Inbound",
    "is_version": "TLSv1.1",
    "source": "observed",
}

EVERYTHING = TestContent(
    "Everything",
    {
        "local_ip": "2001:db8::1",
        "local_port": 992,
        "remote_ip": "2001:db8::2",
        "remote_port": 1,
        "job": "TN3270",
        "user": "TCPIP",
        "direction": "Outbound",
        "protections": [
            {
                "protocol": "TLS",
                "version": "TLSv1.2",
                "encryption": "AES-256-GCM",
                "key_exchange": 0xFFFE,
                "key_bits": 2048,
                "source": "provider",
            },
            {"protocol": "SSH", "version": "SSHv2"},
        ],
        "is_failed_handshake": True,
    },
    "Rest",
)


@pytest.fixture
def client(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def save(client: Client, draft: Version, /, *, was: str = "", **given: Any) -> Any:
    draft.refresh_from_db()
    address = reverse("policy_test", args=[draft.pk]) + (f"?name={was}" if was else "")
    return client.post(address, {"revision": draft.revision, **TYPED, **given})


def listed(client: Client, draft: Version) -> str:
    return client.get(reverse("policy_tests", args=[draft.pk])).content.decode()


def test_a_test_is_typed_passes_and_is_read_in_words(client: Client, draft: Version) -> None:
    assert "No test yet" in listed(client, draft)
    assert save(client, draft).status_code == 302
    (test,) = content_of(draft).tests
    assert test.connection == {
        "local_ip": "10.1.1.1",
        "local_port": 992,
        "remote_ip": "192.0.2.9",
        "remote_port": 50000,
        "job": "TN3270",
        "direction": "Inbound",
        "protections": [{"protocol": "TLS", "version": "TLSv1.1"}],
    }
    page = listed(client, draft)
    assert "Old TN3270 is saved and passes." in page
    assert "Inbound, 10.1.1.1 port 992 with 192.0.2.9 port 50000, job TN3270" in page
    assert "Meets TN3270, as expected." in page


def test_a_failing_test_says_what_matched_instead_and_blocks_until_it_passes(
    client: Client, draft: Version
) -> None:
    save(client, draft, local_port="993")
    page = listed(client, draft)
    assert "1 test fails: this version can't be submitted or published yet." in page
    assert "Expects TN3270, meets Rest." in page
    assert '<b class="named">TN3270</b> does not fit: local port: wants 992, is 993.' in page
    review = client.get(reverse("policy_review", args=[draft.pk])).content.decode()
    assert "Old TN3270 fails: it expects TN3270 and meets Rest." in review
    assert "1 test fails" in review
    address = reverse("policy_submit", args=[draft.pk])
    assert "It can't be submitted before every test passes" in client.get(address).content.decode()
    draft.refresh_from_db()
    answer = client.post(address, {"revision": draft.revision, "comment": "x"})
    assert answer.status_code == 422
    assert 'The test <b class="named">Old TN3270</b> fails.' in answer.content.decode()
    save(client, draft, was="Old TN3270")
    draft.refresh_from_db()
    client.post(address, {"revision": draft.revision, "comment": "x"})
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert "Meets TN3270, as expected." in listed(client, draft)
    assert "Add a test" not in listed(client, draft)


def test_a_rule_that_stands_before_is_named(client: Client, draft: Version) -> None:
    save(client, draft, expected="Rest")
    page = listed(client, draft)
    assert '<b class="named">Rest</b> would fit, but <b class="named">TN3270</b> stands' in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "A test needs a name."),
        ("expected", "", "Choose a rule, or that none may match."),
        ("local_ip", "10.1.1", "10.1.1"),
        ("local_port", "70000", "less than or equal to 65535"),
        ("is_version", "TLSv9", "not one of the available choices"),
        ("job", "X\u0007", "This is no printable text."),
    ],
)
def test_a_fault_stands_at_its_field_and_what_was_typed_is_kept(
    field: str, value: str, said: str, client: Client, draft: Version
) -> None:
    answer = save(client, draft, **{field: value})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert said in " ".join(form.errors[field])
    assert form["remote_ip"].value() == "192.0.2.9"
    assert not content_of(draft).tests


def test_a_connection_may_be_expected_to_meet_no_rule(client: Client, draft: Version) -> None:
    save(client, draft, expected="~none")
    (test,) = content_of(draft).tests
    assert test.expected == ""
    assert "Expects no rule, meets TN3270." in listed(client, draft)
    address = reverse("policy_test", args=[draft.pk])
    form = client.get(address, {"name": test.name}).context["form"]
    assert form["expected"].value() == "~none"


def test_two_tests_have_two_names(client: Client, draft: Version) -> None:
    save(client, draft)
    answer = save(client, draft, local_port="993")
    assert 'There is a test <b class="named">Old TN3270</b> already.' in answer.content.decode()
    save(client, draft, name="Other")
    answer = save(client, draft, was="Other")
    assert answer.status_code == 422
    assert len(content_of(draft).tests) == 2
    assert client.get(reverse("policy_test", args=[draft.pk]), {"name": "x"}).status_code == 404


def test_each_test_is_edited_without_a_change_and_deleted(
    client: Client, draft: Version, anna: User
) -> None:
    drafts.put_test(version=draft, revision=1, test=EVERYTHING, by=anna, now=NOW)
    before = content_of(draft).tests
    address = reverse("policy_test", args=[draft.pk])
    page = client.get(address, {"name": "Everything"})
    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, "", False)}
    draft.refresh_from_db()
    answer = client.post(f"{address}?name=Everything", {"revision": draft.revision, **typed})
    assert answer.status_code == 302
    (after,) = content_of(draft).tests
    assert after.expected == "Rest"
    assert "code 0xFFFE" in page.content.decode()
    kept = {**before[0].connection}
    protections = kept.pop("protections")
    assert isinstance(protections, list)
    protections[0]["key_exchange"] = "0xFFFE"
    assert after.connection == {**kept, "protections": protections}
    draft.refresh_from_db()
    drop = reverse("policy_test_drop", args=[draft.pk])
    client.post(drop, {"revision": draft.revision, "name": "Everything"})
    assert not content_of(draft).tests


@pytest.mark.parametrize("protocol", [Protocol.SSH, Protocol.IPSEC, Protocol.NONE])
def test_every_protocol_has_its_own_fields(
    protocol: Protocol, client: Client, shelf: None, anna: User
) -> None:
    head = NewRuleSet(f"{protocol} rules", protocol)
    rest = ARTICLE.rules[-1:]
    draft = versions.make(head=head, by=anna, now=NOW, content=type(ARTICLE)(rest))
    form = client.get(reverse("policy_test", args=[draft.pk])).context["form"]
    assert ("is_manual" in form.fields) == (protocol is Protocol.IPSEC)
    assert ("source" in form.fields) == (protocol is Protocol.SSH)
    assert bool(form.protection_fields) == (protocol is not Protocol.NONE)
    assert save(client, draft, expected="Rest", is_version="").status_code == 302
    draft.refresh_from_db()
    assert [one["passed"] for one in draft.test_results] == [True]


def test_who_saves_a_test_second_decides(
    client: Client, draft: Version, bert: User, anna: User
) -> None:
    save(client, draft)
    draft.refresh_from_db()
    old = draft.revision
    (test,) = content_of(draft).tests
    other = TestContent(test.name, test.connection, "Rest")
    drafts.put_test(version=draft, revision=old, test=other, was=test.name, by=bert, now=NOW)
    address = reverse("policy_test", args=[draft.pk]) + "?name=Old TN3270"
    answer = client.post(address, {"revision": old, **TYPED, "local_port": "994"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The test Old TN3270" in page
    assert "expects Rest" in page
    assert "port 994" in page


def test_a_frozen_version_shows_its_tests_and_takes_none(
    client: Client, draft: Version, release: Release
) -> None:
    save(client, draft)
    draft.refresh_from_db()
    done = release(draft)
    assert "Meets TN3270, as expected." in listed(client, done)
    assert client.get(reverse("policy_test", args=[done.pk])).status_code == 302


def test_many_tests_cost_as_many_queries_as_few(client: Client, draft: Version, anna: User) -> None:
    counts = []
    for number in (2, 12):
        tests = tuple(
            TestContent(f"Test {n}", {**_CONNECTION, "remote_port": n}, "TN3270")
            for n in range(number)
        )
        draft.refresh_from_db()
        content = type(ARTICLE)(ARTICLE.rules, tests)
        drafts.save(version=draft, revision=draft.revision, content=content, by=anna, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            listed(client, draft)
        counts.append(len(captured))
    assert counts[0] == counts[1]


_CONNECTION = {
    "local_ip": "10.1.1.1",
    "local_port": 992,
    "remote_ip": "192.0.2.9",
    "protections": [{"protocol": "TLS", "version": "TLSv1.1"}],
}
