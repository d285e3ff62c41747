"""PROD is an approver's, the rest an author's: by every page and by every program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from designer import approval, drafts, installing, rulesets, versions, workspace
from designer.content.errors import DesignerError, NotYoursError
from designer.models import Stack, Tag, Version, ZosGroup
from tests.analyzer.api.conftest import with_token
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
ROLES = {"viewer": (), "policy author": ("DEV", "TEST"), "policy approver": ("PROD",)}
"""By role the tags that it may change."""


@dataclass
class Site:
    """A stack of each tag; `old` is on all of them, `new` on those of DEV and TEST."""

    stacks: dict[str, Stack]
    old: Version
    new: Version


@pytest.fixture
def site(draft: Version, stack: Stack, release: Release, anna: User) -> Site:
    made = {
        tag: workspace.make_stack(system=stack.system, name=f"TCP{tag}", tag=tag, by=anna, now=NOW)
        for tag in Tag.values
    }
    old = release(draft)
    installing.assign(version=old, stacks=made.values(), by=anna, now=NOW)
    new = release(versions.open_draft(version=old, by=anna, now=NOW))
    return Site(made, old, new)


@pytest.fixture
def people(roles: dict[str, Group]) -> dict[str, User]:
    found = {}
    for role in ROLES:
        found[role] = User.objects.create(username=f"only {role}")
        found[role].groups.add(roles["viewer"], roles[role])
    return found


def page_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def version_on(stack: Stack) -> int | None:
    return stack.assignments.values_list("version_id", flat=True).first()


Act = Callable[[Client, Site, Stack], int]


def assign(client: Client, site: Site, stack: Stack) -> int:
    given = {"version": site.new.pk, f"seen:{stack.pk}": site.old.pk}
    return client.post(reverse("policy_assign", args=[stack.pk]), given).status_code


def unassign(client: Client, site: Site, stack: Stack) -> int:
    address = reverse("policy_unassign", args=[stack.pk, "TLS"])
    return client.post(address, {"seen": site.old.pk}).status_code


def install(client: Client, site: Site, stack: Stack) -> int:
    given = {"digest": rulesets.files(stack).digest}
    return client.post(reverse("policy_stack_install", args=[stack.pk]), given).status_code


def place(client: Client, site: Site, stack: Stack) -> int:
    given = {"to": stack.tag, "stack": stack.pk, f"seen:{stack.pk}": site.old.pk}
    return client.post(reverse("policy_place", args=[site.new.pk]), given).status_code


def api_assign(client: Client, site: Site, stack: Stack) -> int:
    address = reverse("api_policy_assign", args=[stack.pk])
    return client.post(
        address,
        {"version": site.new.pk, "seen": site.old.pk},
        content_type="application/json",
    ).status_code


def api_unassign(client: Client, site: Site, stack: Stack) -> int:
    address = reverse("api_policy_unassign", args=[stack.pk, "TLS"])
    return client.delete(f"{address}?seen={site.old.pk}").status_code


def api_install(client: Client, site: Site, stack: Stack) -> int:
    address = reverse("api_policy_installations", args=[stack.pk])
    given = {"digest": rulesets.files(stack).digest}
    return client.post(address, given, content_type="application/json").status_code


def state(stack: Stack) -> tuple[int | None, int]:
    return version_on(stack), stack.installations.count()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("tag", Tag.values)
@pytest.mark.parametrize("act", [assign, unassign, install, api_assign, api_unassign, api_install])
def test_what_a_stack_has_is_changed_by_whom_it_is_for(
    act: Act, tag: str, role: str, site: Site, people: dict[str, User]
) -> None:
    stack, is_api = site.stacks[tag], act.__name__.startswith("api")
    client = with_token(people[role]) if is_api else page_of(people[role])
    before, may = state(stack), tag in ROLES[role]
    status = act(client, site, stack)
    assert (status, state(stack) != before) == (status if may else 403, may)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("tag", Tag.values)
def test_promotion_is_by_whom_the_next_tag_is_for(
    tag: str, role: str, site: Site, people: dict[str, User], anna: User
) -> None:
    before = {"TEST": "DEV", "PROD": "TEST"}.get(tag)
    if before:
        installing.assign(version=site.new, stacks=[site.stacks[before]], by=anna, now=NOW)
    stack, may = site.stacks[tag], tag in ROLES[role]
    assert place(page_of(people[role]), site, stack) == (302 if may else 403)
    assert (version_on(stack) == site.new.pk) == may


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("new", Tag.values)
@pytest.mark.parametrize("old", Tag.values)
def test_a_tag_is_given_and_taken_by_whom_both_are_for(
    old: str, new: str, role: str, site: Site, people: dict[str, User]
) -> None:
    stack = site.stacks[old]
    may = role == ("policy approver" if "PROD" in (old, new) else "policy author")
    if old == new:
        new, name = old, "TCPX"
    else:
        name = stack.name
    answer = page_of(people[role]).post(
        reverse("policy_stack_edit", args=[stack.pk]),
        {"name": name, "tag": new, "seen": workspace.mark(stack)},
    )
    stack.refresh_from_db()
    assert ((stack.name, stack.tag) == (name, new)) == may
    assert answer.status_code == 302 if may else answer.status_code in {403, 422}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("tag", Tag.values)
def test_stacks_are_made_and_deleted_by_whom_they_are_for(
    tag: str, role: str, site: Site, people: dict[str, User], anna: User
) -> None:
    client, may = page_of(people[role]), tag in ROLES[role]
    given = {"system": site.stacks[tag].system_id, "name": "FRESH", "tag": tag}
    client.post(reverse("policy_stack_new"), given)
    assert Stack.objects.filter(name="FRESH").exists() == may
    gone = workspace.make_stack(
        system=site.stacks[tag].system, name="GONE", tag=tag, by=anna, now=NOW
    )
    given = {"name": "GONE", "seen": workspace.mark(gone)}
    client.post(reverse("policy_stack_delete", args=[gone.pk]), given)
    assert Stack.objects.filter(name="GONE").exists() != may


def test_a_system_with_prod_stacks_is_moved_by_an_author_and_renamed_by_an_approver(
    site: Site, people: dict[str, User], anna: User
) -> None:
    system = site.stacks["PROD"].system
    other = workspace.make_group(name="Other", by=anna, now=NOW)
    address = reverse("policy_system", args=[system.pk])
    author, approver = page_of(people["policy author"]), page_of(people["policy approver"])
    moved = {"group": other.pk, "name": "SYSA", "sysplex": "PLEX", "seen": workspace.mark(system)}
    renamed = {**moved, "name": "SYSB"}
    assert author.post(address, renamed).status_code == 403
    assert approver.post(address, moved).status_code == 403
    assert author.post(address, moved).status_code == 302
    system.refresh_from_db()
    renamed["seen"] = workspace.mark(system)
    assert approver.post(address, renamed).status_code == 302
    system.refresh_from_db()
    assert (system.group, system.name) == (other, "SYSB")
    spelled = workspace.make_group(name="Spelled", by=anna, now=NOW)
    ZosGroup.objects.filter(pk=spelled.pk).update(dialect="site-1")
    assert author.post(address, {**renamed, "group": spelled.pk}).status_code == 403


def test_a_plan_may_name_prod_and_only_an_approvers_publishing_carries_it_out(
    site: Site, people: dict[str, User], anna: User, roles: dict[str, Group]
) -> None:
    prod = site.stacks["PROD"]
    fresh = versions.open_draft(version=site.new, by=anna, now=NOW)
    author, approver = page_of(people["policy author"]), page_of(people["policy approver"])
    plan = reverse("policy_plan", args=[fresh.pk])
    assert approver.post(plan, {"revision": 1, "stack": prod.pk}).status_code == 403
    assert author.post(plan, {"revision": 1, "stack": prod.pk}).status_code == 302
    fresh.refresh_from_db()
    submit = reverse("policy_submit", args=[fresh.pk])
    author.post(submit, {"revision": fresh.revision, "comment": "Asked for."})
    page = approver.get(submit).content.decode()
    assert "Publishing puts it on" in page
    assert "PLEX SYSA TCPPROD</b> (PROD), which has Site TLS version 1 now." in page
    decide = reverse("policy_decide", args=[fresh.pk])
    fresh.refresh_from_db()
    seen = {f"seen:{prod.pk}": site.old.pk}
    assert f'name="seen:{prod.pk}" value="{site.old.pk}"' in page
    given = {"verdict": "publish", "revision": fresh.revision, **seen}
    assert author.post(decide, given).status_code == 403
    assert version_on(prod) == site.old.pk
    assert approver.post(decide, given).status_code == 302
    assert version_on(prod) == fresh.pk


def test_what_was_not_looked_at_is_not_published(
    site: Site, people: dict[str, User], anna: User
) -> None:
    """Withdrawn, changed and submitted again while the approver still reads: they are told."""
    prod = site.stacks["PROD"]
    fresh = versions.open_draft(version=site.new, by=anna, now=NOW)
    drafts.plan(version=fresh, revision=1, stacks=[], by=anna, now=NOW)
    approval.submit(version=fresh, revision=2, comment="x", by=anna, now=NOW)
    approver = page_of(people["policy approver"])
    page = approver.get(reverse("policy_submit", args=[fresh.pk])).content.decode()
    assert 'name="revision" value="2"' in page
    approval.withdraw(version=fresh, by=anna, now=NOW)
    drafts.plan(version=fresh, revision=2, stacks=[prod], by=anna, now=NOW)
    approval.submit(version=fresh, revision=3, comment="x", by=anna, now=NOW)
    decide = reverse("policy_decide", args=[fresh.pk])
    for revision in ("2", "", "x", "9" * 30):
        given = {"verdict": "publish", "revision": revision, "comment": "fine"}
        said = approver.post(decide, given, follow=True).content.decode()
        assert "has been changed meanwhile" in said
        assert version_on(prod) == site.old.pk
    seen = {f"seen:{prod.pk}": site.old.pk}
    approver.post(decide, {"verdict": "publish", "revision": "3", **seen})
    assert version_on(prod) == fresh.pk


def test_who_submitted_it_once_does_not_decide(
    site: Site, people: dict[str, User], anna: User
) -> None:
    second = people["policy approver"]
    fresh = versions.open_draft(version=site.new, by=anna, now=NOW)
    approval.submit(version=fresh, revision=1, comment="x", by=second, now=NOW)
    approval.withdraw(version=fresh, by=anna, now=NOW)
    approval.submit(version=fresh, revision=1, comment="y", by=anna, now=NOW)
    with pytest.raises(NotYoursError):
        approval.publish(version=fresh, comment="", by=second, now=NOW)


def test_a_retired_rule_set_is_not_published(
    site: Site, people: dict[str, User], anna: User
) -> None:
    fresh = versions.open_draft(version=site.new, by=anna, now=NOW)
    approval.submit(version=fresh, revision=1, comment="x", by=anna, now=NOW)
    type(fresh.rule_set).objects.filter(pk=fresh.rule_set_id).update(retired_at=NOW)
    with pytest.raises(DesignerError, match="is retired"):
        approval.publish(version=fresh, comment="", by=people["policy approver"], now=NOW)


def test_pages_offer_what_the_role_may(site: Site, people: dict[str, User]) -> None:
    for role, tags in ROLES.items():
        client = page_of(people[role])
        for tag, stack in site.stacks.items():
            page = client.get(reverse("policy_stack", args=[stack.pk])).content.decode()
            for words in ("Assign a version", "Take away", "Name and tag", "The file is in force"):
                assert (words in page) == (tag in tags), (role, tag, words)


def test_an_approver_who_worked_on_it_still_may_not_decide(site: Site, anna: User) -> None:
    fresh = versions.open_draft(version=site.new, by=anna, now=NOW)
    drafts.plan(version=fresh, revision=1, stacks=[site.stacks["PROD"]], by=anna, now=NOW)
    approval.submit(version=fresh, revision=2, comment="x", by=anna, now=NOW)
    client = page_of(anna)
    client.post(reverse("policy_decide", args=[fresh.pk]), {"verdict": "publish"})
    assert version_on(site.stacks["PROD"]) == site.old.pk
