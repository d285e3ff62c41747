"""A backup brings everything back on an empty store, or says why not and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import approval, backup, drafts, objects, rulesets, versions
from designer.content.rules import RuleContent, TestContent
from designer.models import (
    ActionDescriptor,
    Assignment,
    Installation,
    RuleSet,
    Stack,
    Version,
    ZosGroup,
)
from designer.queries.backup import everything
from policy.code_page import CodePage, encode
from tests.analyzer.api.conftest import with_token
from tests.designer.conftest import NOW, Release, install

pytestmark = pytest.mark.django_db
Tree = dict[str, Any]
TABLES = (
    *("installation_versions", "installation", "assignment", "plannedstack", "draftsave"),
    *("ruletest", "rule", "version", "ruleset", "stack", "system", "zosgroup"),
    *("addressgroup", "trafficdescriptor", "securitydescriptor", "actiondescriptor"),
)


def empty() -> None:
    """As a new store: TRUNCATE asks no guard."""
    names = ", ".join(f"designer_{name}" for name in TABLES)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {names}")


@pytest.fixture
def whole(draft: Version, stack: Stack, release: Release, anna: User) -> Tree:
    """A published, a superseded, a rejected-free history with a draft, on a stack, installed."""
    sample = {
        "local_ip": "10.1.1.1",
        "local_port": 992,
        "remote_ip": "10.2.0.9",
        "remote_port": 5,
        "job": "TN3270",
        "protections": [{"protocol": "TLS", "version": "TLSv1.1"}],
    }
    test = TestContent("sample", sample, "TN3270")
    drafts.put_test(version=draft, revision=1, test=test, by=anna, now=NOW)
    draft.refresh_from_db()
    first = release(drafts.plan(version=draft, revision=2, stacks=[stack], by=anna, now=NOW))
    install(stack, anna, "Change 17")
    second = release(versions.open_draft(version=first, by=anna, now=NOW))
    third = versions.open_draft(version=second, by=anna, now=NOW)
    rule = RuleContent("FTP", inline_traffic={"job": "FTPD"}, inline_action={"syslog_level": 0})
    drafts.put_rule(version=third, revision=1, rule=rule, by=anna, now=NOW)
    return json.loads(json.dumps(everything(NOW)))  # type: ignore[no-any-return]


def approve(*numbers: int, by: User) -> None:
    for number in numbers:
        row = Version.objects.get(number=number)
        approval.publish(version=row, comment="", by=by, now=NOW)


def test_everything_comes_back(whole: Tree, anna: User, bert: User) -> None:
    before = rulesets.assigned(Stack.objects.get())
    empty()
    made = backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    assert (made.objects, made.rule_sets, made.stacks, made.installations) == (5, 1, 1, 1)
    assert made.waiting == 2
    states = Version.objects.order_by("number").values_list("state", flat=True)
    assert [*states] == ["submitted", "submitted", "draft"]
    approve(1, 2, by=bert)
    found = everything(NOW)
    (now,), (then,) = found.pop("rule_sets"), whole.pop("rule_sets")
    assert found == whole
    for one, other in zip(now["versions"], then["versions"], strict=True):
        same = ("state", "document", "digest", "rules", "tests", "author_name", "made_at")
        assert {part: one[part] for part in same} == {part: other[part] for part in same}
    stack = Stack.objects.get()
    assert rulesets.assigned(stack) == before
    assert rulesets.installed(stack) is not None
    states = Version.objects.order_by("number").values_list("state", flat=True)
    assert [*states] == ["superseded", "published", "draft"]
    draft = Version.objects.get(state="draft")
    assert [one["passed"] for one in draft.test_results] == [True]
    drafts.drop_rule(version=draft, revision=draft.revision, name="FTP", by=anna, now=NOW)


def test_a_second_time_changes_nothing(whole: Tree, anna: User) -> None:
    made = backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    assert (made.objects, made.rule_sets, made.stacks, made.installations) == (0, 0, 0, 0)
    assert everything(NOW) == whole


def test_it_comes_back_without_the_accounts_of_then(whole: Tree, named: Any) -> None:
    """What was in force is approved by who is here; older versions say who decided then."""
    empty()
    whole["groups"][0]["systems"][0]["stacks"][0]["installations"] = []
    User.objects.all().delete()
    other, third = named("OTHER"), named("THIRD")
    backup.restore(tree=whole, is_approver=True, by=other, now=NOW)
    approve(2, by=third)
    first, second, _ = everything(NOW)["rule_sets"][0]["versions"]
    assert (first["state"], first["author_name"]) == ("superseded", "ANNA")
    assert (first["submitted_by_name"], first["decided_by_name"]) == ("ANNA", "BERT")
    assert (second["state"], second["author_name"]) == ("published", "ANNA")
    assert (second["submitted_by_name"], second["decided_by_name"]) == ("OTHER", "THIRD")


def version(tree: Tree) -> Tree:
    found: Tree = tree["rule_sets"][0]["versions"][0]
    return found


def lose_digest(tree: Tree) -> None:
    version(tree)["document"]["rule_sets"][0]["description"] = "another"


def approve_oneself(tree: Tree) -> None:
    version(tree)["decided_by_name"] = "ANNA"


def lose_object(tree: Tree) -> None:
    tree["objects"]["security"] = []


def repeat_rule(tree: Tree) -> None:
    version(tree)["rules"].append(deepcopy(version(tree)["rules"][1]))


def lose_version(tree: Tree) -> None:
    tree["groups"][0]["systems"][0]["stacks"][0]["assignments"][0]["number"] = 9


def assign_draft(tree: Tree) -> None:
    tree["groups"][0]["systems"][0]["stacks"][0]["assignments"][0]["number"] = 3


def break_object(tree: Tree) -> None:
    tree["objects"]["actions"][0]["content"] = {"shout": True}


def lose_zone(tree: Tree) -> None:
    tree["rule_sets"][0]["made_at"] = "2026-11-28T12:00:00"


def break_schema(tree: Tree) -> None:
    tree["rule_sets"][0]["protocol"] = "DTLS"


SET, STACK = "/rule_sets/0", "/groups/0/systems/0/stacks/0"


@pytest.mark.parametrize(
    ("damage", "path", "why"),
    [
        (lose_digest, SET, "version 1: its document is not what its digest says"),
        (approve_oneself, SET, "version 1: nobody else has decided on it"),
        (lose_object, SET, "there is no security `TLS 1.2 or later`"),
        (repeat_rule, SET, "two rules are named `TN3270`"),
        (lose_version, STACK, "there is no version 9 of `Site TLS`"),
        (assign_draft, STACK, "was never published"),
        (break_object, "/objects/actions/0", "shout"),
        (lose_zone, SET, "has no time zone"),
        (break_schema, "/rule_sets/0/protocol", "DTLS"),
    ],
)
def test_a_fault_is_said_with_its_place_and_nothing_changes(
    whole: Tree, anna: User, damage: Callable[[Tree], None], path: str, why: str
) -> None:
    empty()
    damage(whole)
    with pytest.raises(backup.RestoreError) as caught:
        backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    assert path in [where for where, _ in caught.value.faults]
    assert why in str(caught.value)
    for model in (RuleSet, Version, Stack, ZosGroup, ActionDescriptor, Installation):
        assert not model._default_manager.exists()


def test_what_is_there_and_differs_is_not_overwritten(whole: Tree, anna: User) -> None:
    one = ActionDescriptor.objects.get(name="Audit")
    said = objects.Said("Audit", {"audit": True, "console": True})
    objects.change(one=one, revision=1, said=said, by=anna, now=NOW)
    with pytest.raises(backup.RestoreError, match="there is another `Audit` already"):
        backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)


def test_what_waited_comes_back_as_a_draft(whole: Tree, anna: User) -> None:
    empty()
    last = whole["rule_sets"][0]["versions"][2]
    other = whole["rule_sets"][0]["versions"][1]
    more = {part: other[part] for part in ("document", "digest", "submitted_at")}
    last.update(more, state="submitted", submitted_by_name="ANNA")
    backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    found = Version.objects.get(number=3)
    assert (found.state, found.document) == ("draft", None)


def test_a_stack_that_is_there_gets_no_version_from_a_backup(whole: Tree, anna: User) -> None:
    """Else who may restore could put on a PROD stack what nobody here approved."""
    Assignment.objects.all().delete()
    with pytest.raises(backup.RestoreError, match="was here before and has no Site TLS version 2"):
        backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    assert not Assignment.objects.exists()


def test_an_installed_file_is_what_its_digest_says(whole: Tree, anna: User) -> None:
    stack = whole["groups"][0]["systems"][0]["stacks"][0]
    stack["installations"][0]["policy_file"] += "# more"
    empty()
    with pytest.raises(backup.RestoreError, match="is not what its digest says"):
        backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)


def test_a_file_that_was_installed_in_ibm_1047_is_what_its_digest_says(
    whole: Tree, anna: User
) -> None:
    (one,) = whole["groups"][0]["systems"][0]["stacks"][0]["installations"]
    one["digest"] = sha256(encode(one["policy_file"], CodePage.IBM_1047)).hexdigest()
    empty()
    backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    assert Installation.objects.get().digest == one["digest"]


def test_each_thing_that_came_back_has_its_row_in_the_audit_log(whole: Tree, anna: User) -> None:
    empty()
    AuditEntry.objects.all().delete()
    backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    rows = {one.action: one for one in AuditEntry.objects.all()}
    versions = rows["policy.rule_set.restore"].data["versions"]
    assert [(one["number"], one["decided_by_name"]) for one in versions] == [
        (1, "BERT"),
        (2, "BERT"),
        (3, ""),
    ]
    assert rows["policy.install"].data["restored"]
    assert len(rows["policy.restore"].data["sha256"]) == 64


def test_what_an_approver_decides_only_an_approver_brings_back(whole: Tree, anna: User) -> None:
    """Else who only administers publishes by a backup, and puts it on a new PROD stack."""
    empty()
    whole["groups"][0]["systems"][0]["stacks"][0]["tag"] = "PROD"
    with pytest.raises(backup.RestoreError) as caught:
        backup.restore(tree=whole, is_approver=False, by=anna, now=NOW)
    assert caught.value.faults == ((STACK, "a PROD stack only a policy approver brings back"),)
    assert not Stack.objects.exists()
    whole["groups"][0]["systems"][0]["stacks"][0]["tag"] = "DEV"
    with pytest.raises(backup.RestoreError) as caught:
        backup.restore(tree=whole, is_approver=False, by=anna, now=NOW)
    why = "version 1: a superseded version only a policy approver brings back"
    assert caught.value.faults == ((SET, why),)
    assert not Version.objects.exists()


def test_drafts_and_stacks_outside_prod_come_back_without_an_approver(
    draft: Version, stack: Stack, anna: User
) -> None:
    kept = json.loads(json.dumps(everything(NOW)))
    empty()
    made = backup.restore(tree=kept, is_approver=False, by=anna, now=NOW)
    assert (made.objects, made.rule_sets, made.stacks) == (5, 1, 1)
    assert Version.objects.get().state == "draft"


def test_who_administers_restores_by_program_as_far_as_the_rights_reach(
    whole: Tree, roles: dict[str, Group]
) -> None:
    """The right and the scope of the token both count."""
    empty()
    user = User.objects.create(username="ADA")
    user.groups.set([roles["administrator"]])

    def restore(*scopes: str) -> int:
        client, address = with_token(user, *scopes), reverse("api_policy_backup")
        return int(client.post(address, whole, content_type="application/json").status_code)

    assert restore("administer", "approve") == 400
    user.groups.add(roles["policy approver"])
    assert restore("administer") == 400
    assert not Version.objects.exists()
    assert restore("administer", "approve") == 200
    assert Version.objects.filter(state="submitted").exists()
