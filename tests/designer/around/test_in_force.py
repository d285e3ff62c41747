"""What is in force on a stack, where several z/OS groups have one of that name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from analyzer.models import Stack as Recorded
from designer import facts, rulesets, workspace
from designer.content.facts import Facts
from designer.models import Installation, Stack
from policy import documents
from policy.model import Policy
from tests.designer.conftest import NOW
from tests.designer.test_stacks import recorded

pytestmark = pytest.mark.django_db
NAMES = ("PLEXA", "SYSA", "TCPIP")


@pytest.fixture
def prod(anna: User) -> Stack:
    return placed("PROD", anna)


@pytest.fixture
def test(anna: User) -> Stack:
    return placed("TEST", anna)


def placed(group: str, by: User) -> Stack:
    made = workspace.make_group(name=group, by=by, now=NOW)
    system = workspace.make_system(group=made, name="SYSA", sysplex="PLEXA", by=by, now=NOW)
    return workspace.make_stack(system=system, name="TCPIP", by=by, now=NOW)


def put(stack: Stack, digest: str, by: User) -> None:
    Installation.objects.create(
        stack=stack,
        document=documents.to_tree(Policy()),
        policy_file="",
        digest=digest * 64,
        dialect="shipped",
        installed_by=by,
        installed_by_name=by.get_username(),
        installed_at=NOW + timedelta(minutes=Installation.objects.count()),
    )


def link(stack: Stack) -> None:
    """The records are this stack's."""
    Stack.objects.update(recorded=None)
    stack.recorded = Recorded.objects.first() or recorded(*NAMES)
    stack.save()


def found() -> list[tuple[tuple[str, str, str], str]]:
    return [(one.name, one.digest[:1]) for one in rulesets.in_force()]


def test_the_stack_that_the_records_are_linked_to_counts(
    prod: Stack, test: Stack, anna: User
) -> None:
    put(prod, "a", anna)
    put(test, "b", anna)
    link(prod)
    assert found() == [(NAMES, "a")]
    before = rulesets.in_force_mark()
    link(test)
    assert found() == [(NAMES, "b")]
    assert rulesets.in_force_mark() != before


def test_what_is_installed_on_another_than_the_linked_one_is_not_in_force_there(
    prod: Stack, test: Stack, anna: User
) -> None:
    put(test, "b", anna)
    link(prod)
    assert found() == []


def test_two_that_differ_are_unclear_until_one_is_linked(
    prod: Stack, test: Stack, anna: User
) -> None:
    put(prod, "a", anna)
    put(test, "b", anna)
    (one,) = rulesets.in_force()
    assert (one.name, one.digest) == (NAMES, "")
    assert documents.from_tree(one.document) == Policy()
    assert one.unclear == (
        "it is there in PROD and TEST, not alike, and the records are linked to none of them"
    )
    put(test, "a", anna)
    assert found() == [(NAMES, "a")]
    facts.tell(stack=test, facts=Facts(zert_is_on=False), by=anna, now=NOW)
    assert [bool(one.unclear) for one in rulesets.in_force()] == [True]


def test_what_is_told_of_a_stack_comes_with_it(prod: Stack, anna: User) -> None:
    put(prod, "a", anna)
    before = rulesets.in_force_mark()
    facts.tell(stack=prod, facts=Facts(zert_is_on=False, trmd_runs=True), by=anna, now=NOW)
    assert rulesets.in_force_mark() != before
    assert [one.facts for one in rulesets.in_force()] == [{"zert_is_on": False, "trmd_runs": True}]
