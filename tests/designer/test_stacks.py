"""Stacks: made by hand or from records, given versions, promoted, installed."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.contrib.auth.models import User

from analyzer.models import Stack as Recorded
from analyzer.models import SystemSettings
from designer import drafts, installing, rulesets, versions, workspace
from designer.content.errors import ContentError, DesignerError, InUseError
from designer.content.rules import RuleContent
from designer.models import Stack, System, Tag, Version, ZosGroup
from designer.queries import stacks as reads
from designer.queries.versions import difference, exceptions
from policy.parser import parse
from tests.designer.conftest import NOW, Release, install

pytestmark = pytest.mark.django_db


def recorded(sysplex: str, system: str, name: str) -> Recorded:
    place, _ = SystemSettings.objects.get_or_create(sysplex=sysplex, system=system)
    return Recorded.objects.create(sysplex=sysplex, system=system, stack=name, settings=place)


def tagged(stack: Stack, name: str, tag: str, by: User) -> Stack:
    return workspace.make_stack(system=stack.system, name=name, by=by, now=NOW, tag=tag)


def test_the_workspace_is_taken_from_records_and_what_is_there_stays(
    stack: Stack, anna: User
) -> None:
    workspace.change_stack(stack=stack, name="TCPIP", tag=Tag.PROD, by=anna, now=NOW)
    one = recorded("PLEX", "SYSA", "TCPIP")
    recorded("PLEX", "SYSB", "TCPIP")
    recorded("", "ALONE", "TCPIP")
    made = workspace.take_from_records(by=anna, now=NOW)
    assert sorted(map(str, made)) == ["ALONE TCPIP", "PLEX SYSB TCPIP"]
    stack.refresh_from_db()
    assert (stack.recorded_id, stack.tag) == (one.pk, "PROD")
    assert {group.name for group in ZosGroup.objects.all()} == {"PLEX", workspace.NO_SYSPLEX}
    assert workspace.take_from_records(by=anna, now=NOW) == []
    assert [group.name for group in reads.groups()] == ["PLEX", workspace.NO_SYSPLEX]


def test_names_of_records_are_read_in_upper_case_and_impossible_ones_left_out(anna: User) -> None:
    one = recorded("plexb", "sysc", "tcpip2")
    for names in (("PLEXB", "SYSC", "<b>"), ("PLEXB", "1SYS", "TCPIP"), ("A B", "SYSC", "TCPIP")):
        recorded(*names)
    (made,) = workspace.take_from_records(by=anna, now=NOW)
    assert (str(made), made.recorded_id) == ("PLEXB SYSC TCPIP2", one.pk)
    assert workspace.take_from_records(by=anna, now=NOW) == []


def test_names_are_those_of_zos(stack: Stack, anna: User) -> None:
    with pytest.raises(ContentError, match="no name of 1 to 8 letters"):
        workspace.make_system(group=stack.system.group, name="TOOLONGNAME", by=anna, now=NOW)
    with pytest.raises(ContentError, match="there is a stack `TCPIP` already"):
        workspace.make_stack(system=stack.system, name="tcpip", by=anna, now=NOW)
    with pytest.raises(ContentError, match="none of DEV, TEST, PROD"):
        workspace.change_stack(stack=stack, name="TCPIP", tag="QA", by=anna, now=NOW)
    with pytest.raises(ContentError, match="there is a z/OS group `plex` already"):
        workspace.make_group(name="plex", by=anna, now=NOW)


def test_what_others_stand_on_is_not_deleted(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    with pytest.raises(InUseError, match="`PLEX` is used by system PLEX SYSA"):
        workspace.delete(one=stack.system.group, by=anna, now=NOW)
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    with pytest.raises(InUseError, match="Site TLS version 1 on PLEX SYSA TCPIP"):
        workspace.delete(one=stack, by=anna, now=NOW)
    installing.unassign(assignment=stack.assignments.get(), by=anna, now=NOW)
    workspace.delete(one=stack, by=anna, now=NOW)
    workspace.delete(one=System.objects.get(), by=anna, now=NOW)
    workspace.delete(one=ZosGroup.objects.get(), by=anna, now=NOW)


def test_a_version_is_promoted_from_tag_to_tag(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    first = release(draft)
    test, prod = tagged(stack, "TCPT", Tag.TEST, anna), tagged(stack, "TCPP", Tag.PROD, anna)
    installing.assign(version=first, stacks=[stack, test, prod], by=anna, now=NOW)
    second = release(versions.open_draft(version=first, by=anna, now=NOW))
    with pytest.raises(DesignerError, match="is on no DEV stack yet"):
        installing.promote(version=second, to=Tag.TEST, stacks=[test], by=anna, now=NOW)
    installing.assign(version=second, stacks=[stack], by=anna, now=NOW)
    with pytest.raises(DesignerError, match="is on no TEST stack yet"):
        installing.promote(version=second, to=Tag.PROD, stacks=[prod], by=anna, now=NOW)
    installing.promote(version=second, to=Tag.TEST, stacks=[test], by=anna, now=NOW)
    assert rulesets.versions_of(test) == [second]
    assert rulesets.versions_of(prod) == [first]
    with pytest.raises(DesignerError, match="PLEX SYSA TCPT is no PROD stack"):
        installing.promote(version=second, to=Tag.PROD, stacks=[test], by=anna, now=NOW)
    installing.promote(version=second, to=Tag.PROD, stacks=[prod], by=anna, now=NOW)
    assert rulesets.versions_of(prod) == [second]
    with pytest.raises(DesignerError, match="a promotion names its stacks"):
        installing.promote(version=second, to=Tag.PROD, stacks=[], by=anna, now=NOW)
    with pytest.raises(DesignerError, match="nothing is promoted to DEV"):
        installing.promote(version=second, to=Tag.DEV, stacks=[stack], by=anna, now=NOW)


def test_the_file_of_a_stack_says_what_its_versions_say(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    done = release(draft)
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    files = rulesets.files(stack)
    read = parse(files.policy_file)
    assert read.ok
    assert read.policy == rulesets.assigned(stack)
    assert "Image: SYSA" in files.policy_file
    assert f"SHA-256: {done.digest}" in files.policy_file
    assert files.image_line == "ZERTConfig /etc/pagent/tcpip.zert"
    assert "SMFCONFIG TYPE119 ZERTDETAILBYPOLICY" in files.profile_statements
    assert files.syslogd_rule == ""
    assert "policyRule:             TN3270" in files.pasearch_view
    with pytest.raises(DesignerError, match="there is no dialect `other`"):
        rulesets.files(stack, dialect="other")


def test_a_stack_with_a_hash_in_its_name_has_files(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    """A # is a letter of z/OS names, and begins a comment in Policy Agent's files."""
    done = release(draft)
    stack.name = "TCP#1"
    stack.save()
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    files = rulesets.files(stack)
    assert files.image_line == "ZERTConfig /etc/pagent/tcp_1.zert"
    assert "Stack: TCP#1" in files.policy_file


def test_an_installation_is_kept_as_it_was(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    with pytest.raises(DesignerError, match="has no rule set"):
        install(stack, anna)
    assert rulesets.installed(stack) is None
    done = release(draft)
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    made = install(stack, anna, "Change 17")
    assert made.digest == sha256(made.policy_file.encode()).hexdigest()
    assert [*made.versions.all()] == [done]
    installing.unassign(assignment=stack.assignments.get(), by=anna, now=NOW)
    found = rulesets.installed(stack)
    assert found is not None
    assert found.rule_sets == (rulesets.of_version(done),)
    assert rulesets.assigned(stack).rule_sets == ()


def test_a_rule_set_on_stacks_is_not_retired(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    done = release(draft)
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    with pytest.raises(DesignerError, match="is assigned to PLEX SYSA TCPIP"):
        versions.retire(rule_set=done.rule_set, retired=True, by=anna, now=NOW)
    installing.unassign(assignment=stack.assignments.get(), by=anna, now=NOW)
    versions.retire(rule_set=done.rule_set, retired=True, by=anna, now=NOW)
    done.refresh_from_db()
    done.rule_set.refresh_from_db()
    with pytest.raises(DesignerError, match="retired; take it up again"):
        installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    versions.retire(rule_set=done.rule_set, retired=False, by=anna, now=NOW)
    done.rule_set.refresh_from_db()
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)


def test_exceptions_about_to_lapse_are_listed_where_they_are_in_force(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    today = date(2026, 11, 28)
    rule = RuleContent(
        "Old clients",
        owner="Payroll",
        expires=today + timedelta(days=10),
        inline_traffic={"job": "PAY*"},
    )
    done = release(drafts.put_rule(version=draft, revision=1, rule=rule, by=anna, now=NOW))
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    assert exceptions(today=today, days=9) == []
    (found,) = exceptions(today=today, days=10)
    assert (found.rule, found.owner, found.days_left) == ("Old clients", "Payroll", 10)
    assert found.stacks == ("PLEX SYSA TCPIP",)
    following = versions.open_draft(version=done, by=anna, now=NOW)
    release(drafts.drop_rule(version=following, revision=1, name=rule.name, by=anna, now=NOW))
    assert [one.version for one in exceptions(today=today, days=10)] == [done]
    installing.unassign(assignment=stack.assignments.get(), by=anna, now=NOW)
    assert exceptions(today=today, days=10) == []


def test_versions_differ_by_meaning(draft: Version, release: Release, anna: User) -> None:
    first = release(draft)
    second = versions.open_draft(version=first, by=anna, now=NOW)
    renamed = RuleContent("Terminals", traffic="TN3270", security="TLS 1.1", action="Allow")
    drafts.put_rule(version=second, revision=1, rule=renamed, was="TN3270", by=anna, now=NOW)
    assert difference(first, second).same_meaning
    drafts.drop_rule(version=second, revision=2, name="Terminals", by=anna, now=NOW)
    (effect,) = difference(first, second).effects
    assert (effect.before, effect.after, effect.does) == ("TN3270", "Rest", "write an audit record")
