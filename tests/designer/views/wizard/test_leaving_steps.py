"""A step is saved as it is left: back, and by the list of steps."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer import objects, versions
from designer.models import Stack, Version
from designer.versions import Described

pytestmark = pytest.mark.django_db
EDITED = {"name": "Newly named", "security": "", "action": "Allow"}


@pytest.fixture
def author(anna: User) -> Client:
    objects.take_shipped(now=timezone.now())
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def fresh(author: Client) -> Version:
    given = {"name": "Fresh", "protocol": "TLS", "description": "", "owner": ""}
    author.post(reverse("policy_new"), given)
    return Version.objects.get()


def page(client: Client, step: str, version: Version, query: str = "") -> str:
    address = reverse(f"policy_{step}", args=[version.pk])
    return client.get(f"{address}{query}").content.decode()


@pytest.mark.parametrize(("go", "leads"), [("start", "start"), ("stacks", "plan")])
@pytest.mark.parametrize("step", ["general", "rest", "rule"])
def test_what_was_typed_is_there_when_one_comes_again(
    author: Client, fresh: Version, step: str, go: str, leads: str
) -> None:
    given = {"revision": 1, **EDITED, "go": go}
    answer = author.post(reverse(f"policy_{step}", args=[fresh.pk]), given)
    assert answer.status_code == 302
    assert answer["Location"] == reverse(f"policy_{leads}", args=[fresh.pk])
    query = "?name=Newly+named" if step == "rule" else ""
    assert 'value="Newly named"' in page(author, step, fresh, query)


def test_the_head_and_the_stacks_are_saved_too(
    author: Client, fresh: Version, stack: Stack
) -> None:
    given = {"revision": 1, "name": "Other", "description": "x", "owner": "", "go": "review"}
    answer = author.post(reverse("policy_start", args=[fresh.pk]), given)
    assert answer["Location"] == reverse("policy_review", args=[fresh.pk])
    assert 'value="Other"' in page(author, "start", fresh)
    fresh.refresh_from_db()
    picked = {"revision": fresh.revision, "stack": stack.pk, "go": "review"}
    author.post(reverse("policy_plan", args=[fresh.pk]), picked)
    assert list(fresh.planned.values_list("stack_id", flat=True)) == [stack.pk]


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ("general", {"name": "Generally acceptable", "action": "Allow"}),
        ("rest", {"name": "Everything else", "action": "Audit"}),
        ("rule", {"name": "", "action": "Allow"}),
        ("start", {"name": "Fresh", "revision": "1"}),
        ("plan", {}),
    ],
)
def test_whoever_only_looks_saves_nothing(
    author: Client, fresh: Version, step: str, shown: dict[str, str]
) -> None:
    answer = author.post(reverse(f"policy_{step}", args=[fresh.pk]), {**shown, "go": "file"})
    assert answer["Location"] == reverse("policy_file", args=[fresh.pk])
    fresh.refresh_from_db()
    assert (fresh.revision, fresh.rules.count()) == (1, 0)


def test_a_fault_keeps_what_was_typed_and_offers_to_leave(author: Client, fresh: Version) -> None:
    given = {"revision": 1, "name": "", "description": "typed before", "action": "Allow"}
    address = reverse("policy_general", args=[fresh.pk])
    answer = author.post(address, {**given, "go": "file"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "A rule needs a name." in said
    assert "typed before" in said
    file = reverse("policy_file", args=[fresh.pk])
    assert f'<a href="{file}">Go to 8. Policy file without saving</a>' in said
    assert "without saving" not in author.post(address, given).content.decode()


def test_two_who_change_the_head_are_told(author: Client, fresh: Version, bert: User) -> None:
    seen = page(author, "start", fresh)
    assert '<input type="hidden" name="revision" value="1"' in seen
    theirs = Described("Fresh", owner="Theirs")
    versions.describe(rule_set=fresh.rule_set, revision=1, said=theirs, by=bert, now=timezone.now())
    given = {"name": "Fresh", "description": "", "owner": "Mine", "revision": 1}
    address = reverse("policy_start", args=[fresh.pk])
    for go in ("", "review"):
        answer = author.post(address, {**given, "go": go})
        said = answer.content.decode()
        assert answer.status_code == 409
        assert "Changed meanwhile by BERT" in said
        assert "<td>Theirs</td><td>Mine</td>" in said
        assert "Theirs" in page(author, "start", fresh)
    again = re.search(r'name="revision" value="(\d+)"', said)
    assert again
    assert author.post(address, {**given, "revision": again[1]}).status_code == 302
    assert 'value="Mine"' in page(author, "start", fresh)


@pytest.mark.parametrize("go", ["https://example.com", "nowhere", ""])
def test_only_steps_are_led_to(author: Client, fresh: Version, go: str) -> None:
    given = {"revision": 1, **EDITED, "go": go}
    answer = author.post(reverse("policy_general", args=[fresh.pk]), given)
    assert answer["Location"] == reverse("policy_rules", args=[fresh.pk])


def test_enter_saves_and_steps_without_a_form_keep_links(author: Client, fresh: Version) -> None:
    general = page(author, "general", fresh)
    first = re.search(r"<button[^>]*form=\"rule-form\"[^>]*>", general)
    assert first
    assert "name=" not in first[0]
    assert '<button type="submit" form="rule-form" name="go" value="start"' in general
    for step in ("rules", "review", "file"):
        assert 'name="go"' not in page(author, step, fresh)
