"""What is told of stacks and which dialects are chosen goes into backups and comes back."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User

from designer import backup, facts
from designer.backup import RestoreError
from designer.content.facts import Facts
from designer.models import PolicySite, Stack, System, ZosGroup
from designer.queries.around import facts_of
from designer.site import Chosen, choose
from tests.designer.conftest import NOW
from tests.designer.site.conftest import OWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
TOLD = Facts(zert_is_on=True, trmd_runs=False, release="V3R2")
Tree = dict[str, object]


@pytest.fixture
def kept(stack: Stack, anna: User) -> Tree:
    """A backup of a stack of which something is told, as it comes from a file."""
    groups = {stack.system.group_id: OWN}
    choose(said=Chosen(groups=groups), revision=0, by=anna, now=NOW)
    facts.tell(stack=stack, facts=TOLD, dialect="zpol-0", by=anna, now=NOW)
    found: Tree = json.loads(json.dumps(backup.take(by=anna, now=NOW)))
    return found


def forget() -> None:
    for model in (Stack, System, ZosGroup, PolicySite):
        model._default_manager.all().delete()


def test_it_comes_back_as_it_was(kept: Tree, anna: User, bert: User) -> None:
    forget()
    assert backup.restore(tree=kept, is_approver=True, by=bert, now=NOW).stacks == 1
    row = Stack.objects.select_related("system__group").get()
    assert (facts_of(row), row.dialect, row.system.group.dialect) == (TOLD, "zpol-0", OWN)
    assert (row.told_by_name, row.told_at) == ("ANNA", NOW)


def test_nothing_that_is_there_is_overwritten(kept: Tree, stack: Stack, anna: User) -> None:
    assert backup.restore(tree=kept, is_approver=True, by=anna, now=NOW).stacks == 0
    facts.tell(stack=stack, facts=Facts(), by=anna, now=NOW)
    ZosGroup.objects.update(dialect="zpol-0")
    with pytest.raises(RestoreError) as caught:
        backup.restore(tree=kept, is_approver=True, by=anna, now=NOW)
    assert "PLEX has another dialect here" in str(caught.value)
    ZosGroup.objects.update(dialect=OWN)
    with pytest.raises(RestoreError, match="other things are told of PLEX SYSA TCPIP here"):
        backup.restore(tree=kept, is_approver=True, by=anna, now=NOW)


def test_a_backup_of_before_says_nothing_of_it(kept: Tree, anna: User) -> None:
    group = kept["groups"][0]  # type: ignore[index]
    del group["dialect"], group["systems"][0]["stacks"][0]["facts"], kept["site"]
    forget()
    assert backup.restore(tree=kept, is_approver=True, by=anna, now=NOW).stacks == 1
    row = Stack.objects.select_related("system__group").get()
    assert (facts_of(row), row.told_at, row.system.group.dialect) == (Facts(), None, "")


def test_what_no_stack_can_be_told_is_a_fault(kept: Tree, anna: User) -> None:
    stack = kept["groups"][0]["systems"][0]["stacks"][0]  # type: ignore[index]
    stack["facts"]["release"] = "V9R9"
    forget()
    with pytest.raises(RestoreError, match="facts/release"):
        backup.restore(tree=kept, is_approver=True, by=anna, now=NOW)
