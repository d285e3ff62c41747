"""A version comes to a stack when it could be published for it today, and not otherwise."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from designer import approval, drafts, facts, installing, versions, workspace
from designer.content.errors import ChangedError, DesignerError, NotReadyError
from designer.content.facts import Facts
from designer.content.rules import RuleContent
from designer.models import Stack, Tag, Version
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 28)
LATER = NOW + timedelta(days=1)
EXPIRED = "`Brief` has expired on 2026-11-28"


@pytest.fixture
def brief(draft: Version, release: Release, anna: User) -> Version:
    """A published version with an exception whose last day is that of its publishing."""
    rule = RuleContent("Brief", expires=DAY, inline_traffic={"job": "OLD"})
    return release(drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW))


def test_an_exception_that_has_expired_keeps_a_version_from_stacks(
    brief: Version, stack: Stack, anna: User
) -> None:
    with pytest.raises(NotReadyError, match=EXPIRED):
        installing.assign(version=brief, stacks=[stack], by=anna, now=LATER)
    assert not stack.assignments.exists()
    installing.assign(version=brief, stacks=[stack], by=anna, now=NOW)
    test = workspace.make_stack(system=stack.system, name="T", tag=Tag.TEST, by=anna, now=NOW)
    with pytest.raises(NotReadyError, match=EXPIRED):
        installing.promote(version=brief, to=Tag.TEST, stacks=[test], by=anna, now=LATER)
    assert not test.assignments.exists()


def test_what_is_wrong_on_the_stack_alone_keeps_the_version_from_it(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    done = release(draft)
    told = Facts(zert_is_on=False)
    facts.tell(stack=stack, facts=told, by=anna, now=NOW)
    with pytest.raises(NotReadyError, match="on PLEX SYSA TCPIP: zERT is off"):
        installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    twin = workspace.make_stack(system=stack.system, name="TWIN", by=anna, now=NOW)
    installing.assign(version=done, stacks=[twin], by=anna, now=NOW)


def test_the_pages_say_why_before_anybody_tries(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    done = release(draft)
    facts.tell(stack=stack, facts=Facts(zert_is_on=False), by=anna, now=NOW)
    client, address = Client(), reverse("policy_assign", args=[stack.pk])
    client.force_login(anna)
    page = client.get(address, {"version": done.pk}).content.decode()
    assert "It can't be assigned today" in page
    assert "zERT is off" in page
    assert f"Assign {done}" not in page
    sent = client.post(address, {"version": done.pk, f"seen:{stack.pk}": ""})
    assert sent.status_code == 422
    assert not stack.assignments.exists()


def test_who_acts_has_the_right_for_the_tag_that_the_stack_has_then(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    """An author asked for a DEV stack; by the time it is written it is a PROD stack."""
    done = release(draft)
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    seen = Stack.objects.get(pk=stack.pk)
    given = seen.assignments.get()
    workspace.change_stack(stack=stack, name="TCPIP", tag=Tag.PROD, by=anna, now=NOW)
    with pytest.raises(ChangedError):
        installing.assign(version=done, stacks=[seen], by=anna, now=NOW)
    given.stack = seen
    with pytest.raises(ChangedError):
        installing.unassign(assignment=given, by=anna, now=NOW)
    with pytest.raises(ChangedError):
        workspace.change_stack(stack=seen, name="X", tag=Tag.DEV, by=anna, now=NOW)
    with pytest.raises(ChangedError):
        workspace.delete(one=seen, by=anna, now=NOW)
    assert stack.assignments.exists()


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_rule_set_that_somebody_works_on_is_not_retired(
    state: str, draft: Version, anna: User
) -> None:
    hint = "is a draft; delete it first"
    if state == "submitted":
        approval.submit(version=draft, revision=1, comment="x", by=anna, now=NOW)
        hint = "is a version that waits for approval; withdraw it or decide on it first"
    with pytest.raises(DesignerError, match=hint):
        versions.retire(rule_set=draft.rule_set, retired=True, by=anna, now=NOW)
    draft.rule_set.refresh_from_db()
    assert draft.rule_set.retired_at is None


@pytest.mark.django_db(transaction=True)
def test_a_rule_set_is_not_retired_while_a_stack_gets_it(
    roles: dict[str, Group], draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    done, said = release(draft), []

    def retire() -> None:
        try:
            versions.retire(rule_set=done.rule_set, retired=True, by=anna, now=NOW)
        except DesignerError as error:
            said.append(str(error))
        finally:
            connection.close()

    second = threading.Thread(target=retire)
    with transaction.atomic():
        installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
        second.start()
        second.join(1)
        assert second.is_alive(), "the second did not wait"
    second.join(20)
    assert said == ["`Site TLS` is assigned to PLEX SYSA TCPIP; take it away first"]
