"""Groups, systems and stacks by their pages: made, changed, moved, deleted by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, SystemSettings
from analyzer.models import Stack as Recorded
from designer import drafts, installing, workspace
from designer.models import Stack, System, Version, ZosGroup
from tests.analyzer.views.page import said
from tests.designer.conftest import NOW, Release, install

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def post(client: Client, name: str, /, *args: int, status: int = 302, **given: Any) -> str:
    answer = client.post(reverse(name, args=args), given)
    page = said(answer)
    assert answer.status_code == status, page
    return page


def seen(client: Client, name: str, pk: int) -> str:
    return str(client.get(reverse(name, args=[pk])).context["seen"])


def test_a_stack_is_made_from_nothing(author: Client) -> None:
    assert "No stacks yet" in author.get(reverse("policy_stacks")).content.decode()
    post(author, "policy_group_new", name="Site", description="Both halls")
    group = ZosGroup.objects.get()
    page = author.get(reverse("policy_stacks")).content.decode()
    assert "Both halls" in page
    assert "No system yet." in page
    post(author, "policy_system_new", group=group.pk, name="sysa", sysplex="plex")
    system = System.objects.get()
    assert (system.name, system.sysplex, system.group) == ("SYSA", "PLEX", group)
    assert "no stack yet" in author.get(reverse("policy_stacks")).content.decode()
    post(author, "policy_stack_new", system=system.pk, name="tcpip", tag="TEST")
    stack = Stack.objects.get()
    assert (str(stack), stack.tag) == ("PLEX SYSA TCPIP", "TEST")
    page = author.get(reverse("policy_stack_new"), {"system": system.pk}).content.decode()
    assert f'<option value="{system.pk}" selected>' in page


def test_stacks_taken_on_the_way_lead_back_to_the_plan(author: Client, draft: Version) -> None:
    place = SystemSettings.objects.create(sysplex="PLEX", system="SYSA")
    Recorded.objects.create(sysplex="PLEX", system="SYSA", stack="TCPIP", settings=place)
    taken = reverse("policy_stacks_take")
    answer = author.post(taken, {"version": draft.pk}, follow=True)
    assert answer.redirect_chain == [(reverse("policy_plan", args=[draft.pk]), 302)]
    page = said(answer)
    assert "1 stack taken from the records." in page
    assert "PLEX SYSA TCPIP" in page
    post(author, "policy_stacks_take", version=draft.pk + 1000, status=404)
    assert author.post(taken)["Location"] == reverse("policy_stacks")


def test_faults_stand_at_their_fields_and_what_was_typed_is_kept(
    author: Client, stack: Stack
) -> None:
    group = stack.system.group
    page = post(author, "policy_group_new", name="plex", status=422)
    assert "There is a z/OS group `plex` already." in page
    assert 'value="plex"' in page
    given = {"group": group.pk, "name": "1BAD", "sysplex": "PLEX"}
    page = post(author, "policy_system_new", **given, status=422)
    assert "`1BAD` is no name of 1 to 8 letters" in page
    assert 'value="1BAD"' in page
    given = {"system": stack.system_id, "name": "TCPIP", "tag": "DEV"}
    page = post(author, "policy_stack_new", **given, status=422)
    assert "There is a stack `TCPIP` already." in page
    page = post(author, "policy_group_new", name="", status=422)
    assert "A group needs a name." in page


def test_a_group_is_renamed_and_described(author: Client, stack: Stack) -> None:
    group = stack.system.group
    mark = seen(author, "policy_group", group.pk)
    post(author, "policy_group", group.pk, name="Hall 1", description="North", seen=mark)
    group.refresh_from_db()
    assert (group.name, group.description) == ("Hall 1", "North")
    assert AuditEntry.objects.filter(action="policy.group.change", target="Hall 1").exists()


def test_who_saves_second_is_told_and_nothing_is_overwritten(
    author: Client, stack: Stack, bert: User
) -> None:
    group, system = stack.system.group, stack.system
    other = workspace.make_group(name="Other", by=bert, now=NOW)
    marks = {
        name: seen(author, name, pk)
        for name, pk in (
            ("policy_group", group.pk),
            ("policy_system", system.pk),
            ("policy_stack_edit", stack.pk),
        )
    }
    workspace.change_group(group=group, name="Berts", description="His", by=bert, now=NOW)
    placed = workspace.Placed(other, "SYSA", "PLEX")
    workspace.change_system(system=system, placed=placed, by=bert, now=NOW)
    workspace.change_stack(stack=stack, name="TCPIP", tag="TEST", by=bert, now=NOW)
    mine = {"name": "Annas", "description": "Hers"}
    page = post(author, "policy_group", group.pk, **mine, seen=marks["policy_group"], status=409)
    assert "Meanwhile somebody has saved: Berts, His." in page
    assert 'value="Annas"' in page
    given = {"group": group.pk, "name": "SYSB", "sysplex": "PLEX"}
    page = post(
        author, "policy_system", system.pk, **given, seen=marks["policy_system"], status=409
    )
    assert "PLEX SYSA in the group Other" in page
    given = {"name": "TCPX", "tag": "DEV"}
    page = post(
        author, "policy_stack_edit", stack.pk, **given, seen=marks["policy_stack_edit"], status=409
    )
    assert "TCPIP, TEST" in page
    group.refresh_from_db()
    assert group.name == "Berts"
    again = seen(author, "policy_group", group.pk)
    post(author, "policy_group", group.pk, **mine, seen=again)
    group.refresh_from_db()
    assert group.name == "Annas"


def test_who_does_not_say_what_they_saw_saves_nothing(author: Client, stack: Stack) -> None:
    group, system = stack.system.group, stack.system
    for name, row, given in (
        ("policy_group", group, {"name": "HALL"}),
        ("policy_system", system, {"group": group.pk, "name": "SYSB", "sysplex": "PLEX"}),
        ("policy_stack_edit", stack, {"name": "TCPX", "tag": "TEST"}),
        ("policy_stack_facts", stack, {"zert_is_on": "yes"}),
    ):
        mark, before = workspace.mark(row), seen(author, name, row.pk)
        post(author, name, row.pk, **given, status=409)
        post(author, name, row.pk, **given, seen="0" * 16, status=409)
        row.refresh_from_db()
        assert (workspace.mark(row), seen(author, name, row.pk)) == (mark, before)


def test_a_system_moves_to_another_group_and_keeps_what_it_has(
    author: Client, stack: Stack, draft: Version, release: Release, anna: User
) -> None:
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    other = workspace.make_group(name="Other", by=anna, now=NOW)
    system = stack.system
    mark = seen(author, "policy_system", system.pk)
    given = {"group": other.pk, "name": "SYSA", "sysplex": "PLEX", "seen": mark}
    post(author, "policy_system", system.pk, **given)
    system.refresh_from_db()
    assert system.group == other
    assert stack.assignments.count() == 1
    page = author.get(reverse("policy_group", args=[other.pk])).content.decode()
    assert "PLEX SYSA" in page


def test_other_names_tie_a_stack_to_the_records_that_bear_them(
    author: Client, stack: Stack
) -> None:
    place = SystemSettings.objects.create(sysplex="PLEX", system="SYSB")
    records = Recorded.objects.create(sysplex="PLEX", system="SYSB", stack="TCPIP", settings=place)
    assert stack.recorded_id is None
    given = {"group": stack.system.group_id, "name": "SYSB", "sysplex": "PLEX"}
    mark = seen(author, "policy_system", stack.system_id)
    post(author, "policy_system", stack.system_id, **given, seen=mark)
    stack.refresh_from_db()
    assert stack.recorded_id == records.pk
    mark = seen(author, "policy_stack_edit", stack.pk)
    post(author, "policy_stack_edit", stack.pk, name="TCPX", tag="DEV", seen=mark)
    stack.refresh_from_db()
    assert (stack.name, stack.recorded_id) == ("TCPX", None)


def test_what_something_stands_on_is_not_deleted_and_says_so(
    author: Client, stack: Stack, draft: Version, release: Release, anna: User
) -> None:
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    install(stack, anna)
    for name, pk, words, row in (
        ("policy_group_delete", stack.system.group_id, "The system PLEX SYSA", stack.system.group),
        ("policy_system_delete", stack.system_id, "The stack TCPIP (DEV)", stack.system),
        ("policy_stack_delete", stack.pk, "Site TLS version 1, which it has", stack),
    ):
        page = author.get(reverse(name, args=[pk])).content.decode()
        assert words in page
        assert "type <code" not in page
        post(author, name, pk, name=row.name, status=422)
    page = author.get(reverse("policy_stack_delete", args=[stack.pk])).content.decode()
    assert "1 installation written down" in page
    assert (ZosGroup.objects.count(), System.objects.count(), Stack.objects.count()) == (1, 1, 1)


def test_deleting_asks_for_the_name(
    author: Client, stack: Stack, draft: Version, anna: User
) -> None:
    drafts.plan(version=draft, revision=1, stacks=[stack], by=anna, now=NOW)
    address = reverse("policy_stack_delete", args=[stack.pk])
    page = author.get(address).content.decode()
    assert "With it goes the plan of Site TLS version 1." in page
    page = post(author, "policy_stack_delete", stack.pk, name="tcpip", status=422)
    assert "That is not its name: TCPIP." in page
    assert Stack.objects.exists()
    group, system = stack.system.group, stack.system
    for name, row in (
        ("policy_stack_delete", stack),
        ("policy_system_delete", system),
        ("policy_group_delete", group),
    ):
        mark = seen(author, name, row.pk)
        page = author.post(reverse(name, args=[row.pk]), {"name": row.name}, follow=True)
        assert "has been changed meanwhile" in said(page)
        assert type(row).objects.filter(pk=row.pk).exists()
        post(author, name, row.pk, name=row.name, seen=mark)
    assert not ZosGroup.objects.exists()
    assert set(
        AuditEntry.objects.filter(action__endswith=".delete").values_list("action", flat=True)
    ) == {"policy.stack.delete", "policy.system.delete", "policy.group.delete"}
