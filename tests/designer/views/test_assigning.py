"""Versions come to stacks and leave them by pages; what changes is said before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import approval, drafts, installing, versions, workspace
from designer.models import Stack, Version
from designer.queries.contents import content_of
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def first(draft: Version, release: Release) -> Version:
    return release(draft)


@pytest.fixture
def second(first: Version, release: Release, anna: User) -> Version:
    """Says that TN3270 is audited, too."""
    fresh = versions.open_draft(version=first, by=anna, now=NOW)
    rule = content_of(fresh).rule("TN3270")
    assert rule is not None
    loud = replace(rule, action="Audit")
    fresh = drafts.put_rule(version=fresh, revision=1, rule=loud, by=anna, now=NOW)
    return release(fresh)


def has(stack: Stack) -> int | None:
    return stack.assignments.values_list("version_id", flat=True).first()


def test_the_page_of_a_stack_says_what_a_version_would_change(
    client: Client, stack: Stack, first: Version, second: Version, anna: User
) -> None:
    address = reverse("policy_assign", args=[stack.pk])
    page = client.get(address, {"version": first.pk}).content.decode()
    assert "It has nothing for TLS and would have Site TLS version 1." in page
    installing.assign(version=first, stacks=[stack], by=anna, now=NOW)
    page = client.get(address, {"version": second.pk}).content.decode()
    assert "It has Site TLS version 1 for TLS and would have Site TLS version 2." in page
    assert (
        "What TN3270 meets now (allow silently), TN3270 meets then (write an audit record)" in page
    )
    page = client.get(address, {"version": first.pk}).content.decode()
    assert "It has this version already." in page
    client.post(address, {"version": second.pk, f"seen:{stack.pk}": first.pk})
    assert has(stack) == second.pk


def test_drafts_and_nonsense_are_not_assigned(client: Client, stack: Stack, draft: Version) -> None:
    address = reverse("policy_assign", args=[stack.pk])
    for given in (str(draft.pk), "x", "", "999999"):
        assert client.post(address, {"version": given}).status_code == 422
    assert has(stack) is None
    assert "No version is published" in client.get(address).content.decode()
    answer = client.get(reverse("policy_place", args=[draft.pk]))
    assert answer["Location"] == reverse("policy_review", args=[draft.pk])


def test_who_assigns_second_is_told(
    client: Client, stack: Stack, first: Version, second: Version, bert: User
) -> None:
    installing.assign(version=second, stacks=[stack], by=bert, now=NOW)
    given = {"version": first.pk, f"seen:{stack.pk}": ""}
    answer = client.post(reverse("policy_assign", args=[stack.pk]), given)
    assert answer.status_code == 422
    assert "has been changed meanwhile" in answer.content.decode()
    assert has(stack) == second.pk
    address = reverse("policy_unassign", args=[stack.pk, "TLS"])
    page = client.post(address, {"seen": first.pk}, follow=True).content.decode()
    assert "nothing is taken away" in page
    given = {"to": "DEV", "stack": str(stack.pk), f"seen:{stack.pk}": ""}
    assert client.post(reverse("policy_place", args=[first.pk]), given).status_code == 422
    assert has(stack) == second.pk


def test_taking_a_version_away_says_what_changes(
    client: Client, stack: Stack, first: Version, anna: User
) -> None:
    installing.assign(version=first, stacks=[stack], by=anna, now=NOW)
    address = reverse("policy_unassign", args=[stack.pk, "TLS"])
    page = client.get(address).content.decode()
    assert (
        "What Rest meets now (write an audit record), no rule meets then (allow silently)" in page
    )
    client.post(address, {"seen": first.pk})
    assert has(stack) is None
    assert client.get(address).status_code == 404


def test_a_version_goes_from_tag_to_tag_by_its_page(
    client: Client, stack: Stack, first: Version, second: Version, release: Release, anna: User
) -> None:
    test, prod = (
        workspace.make_stack(system=stack.system, name=f"TCP{tag}", tag=tag, by=anna, now=NOW)
        for tag in ("TEST", "PROD")
    )
    installing.assign(version=first, stacks=[stack, test], by=anna, now=NOW)
    address = reverse("policy_place", args=[second.pk])
    page = client.get(address).content.decode()
    assert "It is on no DEV stack yet, so it can&#x27;t be promoted to TEST." in page
    assert "Promote to" not in page
    assert (
        "What TN3270 meets now (allow silently), TN3270 meets then (write an audit record)" in page
    )

    def send(to: str, one: Stack, was: Version | None) -> int:
        seen = str(was.pk) if was else ""
        given = {"to": to, "stack": str(one.pk), f"seen:{one.pk}": seen}
        return client.post(address, given).status_code

    assert send("TEST", test, first) == 422
    assert has(test) == first.pk
    assert send("DEV", test, first) == 422  # a stack of another tag is not taken along
    assert has(test) == first.pk
    assert send("DEV", stack, first) == 302
    other = release(versions.copy(version=first, name="Other TLS", by=anna, now=NOW))
    foreign = workspace.make_stack(system=stack.system, name="TCPO", tag="TEST", by=anna, now=NOW)
    installing.assign(version=other, stacks=[foreign], by=anna, now=NOW)
    page = client.get(address, {"to": "TEST"}).content.decode()
    assert f'value="{test.pk}" checked' in page
    assert page.count(" checked") == 1
    assert send("TEST", test, first) == 302
    assert send("PROD", prod, None) == 302
    assert {has(one) for one in (stack, test, prod)} == {second.pk}
    assert "has it already" in client.get(address).content.decode()
    assert client.post(address, {"to": "PROD"}).status_code == 422


def test_a_rule_set_and_a_stack_lead_to_promotion(
    client: Client, stack: Stack, first: Version, anna: User
) -> None:
    installing.assign(version=first, stacks=[stack], by=anna, now=NOW)
    place = reverse("policy_place", args=[first.pk])
    page = client.get(reverse("policy_rule_set", args=[first.rule_set_id])).content.decode()
    assert f'href="{place}"' in page
    page = client.get(reverse("policy_stack", args=[stack.pk])).content.decode()
    assert f'href="{place}?to=TEST"' in page


def test_a_plan_shows_what_each_stack_would_get(
    client: Client, stack: Stack, first: Version, anna: User
) -> None:
    installing.assign(version=first, stacks=[stack], by=anna, now=NOW)
    fresh = versions.open_draft(version=first, by=anna, now=NOW)
    page = client.get(reverse("policy_plan", args=[fresh.pk])).content.decode()
    assert "Nothing: it does the same to every connection." in page
    rule = content_of(fresh).rule("TN3270")
    assert rule is not None
    loud = replace(rule, action="Audit")
    drafts.put_rule(version=fresh, revision=1, rule=loud, by=anna, now=NOW)
    page = client.get(reverse("policy_plan", args=[fresh.pk])).content.decode()
    assert "1 kind of connection treated otherwise" in page


def test_publishing_over_what_a_planned_stack_has_by_now_is_told(
    client: Client, stack: Stack, first: Version, release: Release, anna: User, bert: User
) -> None:
    """Another rule set came to the stack while the approver still read what would change."""
    other = release(versions.copy(version=first, name="Other TLS", by=anna, now=NOW))
    fresh = versions.open_draft(version=first, by=anna, now=NOW)
    drafts.plan(version=fresh, revision=1, stacks=[stack], by=anna, now=NOW)
    approval.submit(version=fresh, revision=2, comment="x", by=anna, now=NOW)
    client.force_login(bert)
    page, decide = (reverse(f"policy_{one}", args=[fresh.pk]) for one in ("submit", "decide"))
    assert f'name="seen:{stack.pk}" value=""' in client.get(page).content.decode()
    installing.assign(version=other, stacks=[stack], by=anna, now=NOW)
    given = {"verdict": "publish", "revision": "2"}
    for seen in ("", str(first.pk), "x"):
        said = client.post(decide, {**given, f"seen:{stack.pk}": seen}, follow=True)
        told = said.content.decode()
        assert "has been changed meanwhile and has" in told
        assert "PLEX SYSA TCPIP</b> (DEV), which has Other TLS version 1 now." in told
        fresh.refresh_from_db()
        assert (fresh.state, has(stack)) == ("submitted", other.pk)
    assert f'name="seen:{stack.pk}" value="{other.pk}"' in told
    client.post(decide, {**given, f"seen:{stack.pk}": str(other.pk)})
    assert has(stack) == fresh.pk
