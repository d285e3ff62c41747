"""A backup proves no approval: what it puts in force is approved here, by another person."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from designer import approval, backup, installing, rulesets, versions
from designer.content.errors import DesignerError, NotYoursError
from designer.models import Assignment, Installation, PlannedStack, Stack, Version
from designer.queries import stacks as reads
from designer.queries.backup import everything
from tests.designer.conftest import NOW, Person, Release, install
from tests.designer.test_backup import Tree, approve, empty, whole

__all__ = ["whole"]
pytestmark = pytest.mark.django_db
UNAPPROVED = "came from a backup and was not approved here"


@pytest.fixture
def eve(named: Person) -> User:
    return named("EVE")


@pytest.fixture
def forged(draft: Version, stack: Stack, release: Release) -> Tree:
    """A published version on a stack, said to be of people who never were."""
    done = release(draft)
    installing.assign(version=done, stacks=[stack], by=User.objects.get(username="ANNA"), now=NOW)
    tree: Tree = json.loads(json.dumps(everything(NOW)))
    (one,) = tree["rule_sets"][0]["versions"]
    names = ("author_name", "edited_by_name", "submitted_by_name")
    one.update(dict.fromkeys(names, "GHOST"), editors=["GHOST"], decided_by_name="NOBODY")
    empty()
    return tree


def test_who_brings_a_version_back_does_not_publish_it(forged: Tree, eve: User, bert: User) -> None:
    backup.restore(tree=forged, is_approver=True, by=eve, now=NOW)
    row, stack = Version.objects.get(), Stack.objects.get()
    assert (row.state, row.submitted_by_name) == ("submitted", "EVE")
    assert rulesets.published("Site TLS") is None
    assert not stack.assignments.exists()
    assert not reads.released().exists()
    with pytest.raises(NotYoursError):
        approval.publish(version=row, comment="", by=eve, now=NOW)
    with pytest.raises(DesignerError, match="stacks take published versions"):
        installing.assign(version=row, stacks=[stack], by=eve, now=NOW)
    approve(1, by=bert)
    assert rulesets.versions_of(stack) == [row]


def test_a_draft_that_was_brought_back_is_no_work_of_others_alone(
    draft: Version, eve: User, anna: User, bert: User
) -> None:
    tree = json.loads(json.dumps(everything(NOW)))
    empty()
    backup.restore(tree=tree, is_approver=False, by=eve, now=NOW)
    row = Version.objects.get()
    approval.submit(version=row, revision=row.revision, comment="x", by=anna, now=NOW)
    with pytest.raises(NotYoursError):
        approval.publish(version=row, comment="", by=eve, now=NOW)
    approve(1, by=bert)


def test_what_waits_is_decided_from_the_oldest_on_and_not_withdrawn(
    whole: Tree, eve: User, bert: User
) -> None:
    empty()
    backup.restore(tree=whole, is_approver=True, by=eve, now=NOW)
    second = Version.objects.get(number=2)
    with pytest.raises(DesignerError, match="version 1 waits for approval as well"):
        approve(2, by=bert)
    with pytest.raises(DesignerError, match="came from a backup: reject it"):
        approval.withdraw(version=second, by=eve, now=NOW)
    client = Client()
    client.force_login(bert)
    page = client.get(reverse("policy_submit", args=[second.pk])).content.decode()
    assert reverse("policy_decide", args=[second.pk]) in page
    assert reverse("policy_withdraw", args=[second.pk]) not in page
    approve(1, by=bert)
    approval.reject(version=second, comment="Not that one.", by=bert, now=NOW)
    assert not Assignment.objects.exists()
    assert [one.version.number for one in PlannedStack.objects.filter(version=second)] == [2]


def test_history_goes_to_no_stack_but_by_a_roll_back(
    whole: Tree, eve: User, anna: User, bert: User
) -> None:
    empty()
    whole["groups"][0]["systems"][0]["stacks"][0]["installations"] = []
    backup.restore(tree=whole, is_approver=True, by=eve, now=NOW)
    first, stack = Version.objects.get(number=1), Stack.objects.get()
    assert first.state == "superseded"
    with pytest.raises(DesignerError, match=f"{UNAPPROVED}; roll back to it"):
        installing.assign(version=first, stacks=[stack], by=bert, now=NOW)
    given = {"stack": stack, "protocol": "TLS", "assigned_by_name": "EVE", "assigned_at": NOW}
    with pytest.raises(IntegrityError, match="takes published versions"), transaction.atomic():
        Assignment.objects.create(version=first, **given)
    client = Client()
    client.force_login(bert)
    page: Any = client.get(reverse("policy_place", args=[first.pk]), follow=True)
    assert "was not approved here" in page.content.decode()
    approve(2, by=bert)
    versions.drop_draft(version=Version.objects.get(number=3), by=anna, now=NOW)
    back = approval.roll_back(version=first, comment="", by=anna, now=NOW)
    with pytest.raises(NotYoursError):
        approval.publish(version=back, comment="", by=eve, now=NOW)
    approve(3, by=bert)


def test_an_installation_counts_when_its_versions_are_approved(
    whole: Tree, eve: User, bert: User
) -> None:
    empty()
    backup.restore(tree=whole, is_approver=True, by=eve, now=NOW)
    mark, kept = rulesets.in_force_mark(), Installation.objects.get()
    assert rulesets.in_force() == []
    approve(1, by=bert)
    assert [one.digest for one in rulesets.in_force()] == [kept.digest]
    assert rulesets.in_force_mark() != mark


def test_an_installed_file_that_nobody_approved_is_not_put_back_in_force(
    whole: Tree, eve: User, bert: User
) -> None:
    empty()
    backup.restore(tree=whole, is_approver=True, by=eve, now=NOW)
    stack, old = Stack.objects.get(), Installation.objects.get().digest
    approval.reject(version=Version.objects.get(number=1), comment="No.", by=bert, now=NOW)
    approve(2, by=bert)
    install(stack, bert)
    with pytest.raises(DesignerError, match="its file is not put in force"):
        installing.record_installation(stack=stack, digest=old, comment="", by=bert, now=NOW)


def test_an_installation_says_what_its_versions_say(whole: Tree, eve: User) -> None:
    empty()
    (one,) = whole["groups"][0]["systems"][0]["stacks"][0]["installations"]
    one.update(versions=[], policy_file="", digest=sha256(b"").hexdigest())
    one["dialect"] = "gone"
    with pytest.raises(backup.RestoreError, match="is not what its versions say"):
        backup.restore(tree=whole, is_approver=True, by=eve, now=NOW)
