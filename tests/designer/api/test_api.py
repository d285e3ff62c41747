"""The article's rule set from first to last by program, and each refusal with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from designer import drafts, workspace
from designer.content.rules import RuleContent
from designer.models import Stack, Version
from tests.analyzer.api.conftest import with_token
from tests.designer.api.conftest import send
from tests.designer.conftest import ARTICLE, NOW, Release

pytestmark = pytest.mark.django_db
Roles = dict[str, Group]


def test_from_a_name_to_the_file_of_a_stack(
    shelf: None, stack: Stack, author: Client, approver: Client
) -> None:
    made = send(author, "api_rule_sets", name="Site TLS", protocol="TLS").json()
    rules = [rule.tree() for rule in ARTICLE.rules]
    key = made["id"]
    saved = send(author, "api_policy_version", key, method="put", revision=1, rules=rules).json()
    assert [one["name"] for one in saved["rules"]] == ["Good", "TN3270", "Rest"]
    planned = send(author, "api_policy_plan", key, revision=2, stacks=[stack.pk]).json()
    assert planned["planned"] == [stack.pk]
    submitted = send(author, "api_policy_submit", key, revision=3, comment="As agreed.")
    assert submitted.json()["state"] == "submitted"
    seen = {"revision": 3, "stacks": [{"stack": stack.pk, "seen": None}]}
    own = send(author, "api_policy_publish", key, **seen)
    assert (own.status_code, "somebody else has to look" in own.json()["error"]) == (403, True)
    waiting = approver.get(reverse("api_policy_waiting")).json()
    assert [(one["id"], one["submitted_by_name"]) for one in waiting] == [(key, "ANNA")]
    unsaid = send(approver, "api_policy_publish", key)
    assert (unsaid.status_code, {*unsaid.json()["errors"]}) == (400, {"revision", "stacks"})
    done = send(approver, "api_policy_publish", key, **seen).json()
    assert done["state"] == "published"
    shown = author.get(reverse("api_policy_stack", args=[stack.pk])).json()
    assert [(one["rule_set"], one["number"]) for one in shown["assignments"]] == [("Site TLS", 1)]
    files = author.get(reverse("api_policy_files", args=[stack.pk])).json()
    assert "TN3270" in files["policy_file"]
    said = {"digest": files["digest"], "comment": "Change 17"}
    done = send(author, "api_policy_installations", stack.pk, **said)
    assert done.status_code == 201
    listed = author.get(reverse("api_policy_installations", args=[stack.pk])).json()
    assert [one["comment"] for one in listed] == ["Change 17"]


def test_a_stale_draft_is_answered_with_both_versions_and_merged(
    draft: Version, author: Client, bert: User
) -> None:
    drafts.put_rule(
        version=draft,
        revision=1,
        rule=RuleContent("FTP", inline_traffic={"job": "FTPD"}),
        by=bert,
        now=NOW,
    )
    rules = [rule.tree() for rule in ARTICLE.without("TN3270").rules]
    stale = send(author, "api_policy_version", draft.pk, method="put", revision=1, rules=rules)
    assert stale.status_code == 409
    found = stale.json()
    assert (found["revision"], found["saved_by"], found["conflicts"]) == (2, "BERT", [])
    assert [one["name"] for one in found["merged"]["rules"]] == ["Good", "FTP", "Rest"]
    merged = send(author, "api_policy_merge", draft.pk, revision=1, seen=2, rules=rules)
    assert [one["name"] for one in merged.json()["rules"]] == ["Good", "FTP", "Rest"]


def test_a_merge_of_what_was_not_looked_at_is_answered_with_what_is_there(
    draft: Version, author: Client, bert: User
) -> None:
    for revision, job in ((1, "FTPD"), (2, "FTPD*")):
        rule = RuleContent("FTP", inline_traffic={"job": job})
        drafts.put_rule(version=draft, revision=revision, rule=rule, by=bert, now=NOW)
    mine = ARTICLE.put(RuleContent("FTP", inline_traffic={"job": "FTP*"}))
    given = {"rules": [rule.tree() for rule in mine.rules], "choices": {"FTP/": "mine"}}
    unsaid = send(author, "api_policy_merge", draft.pk, revision=1, **given)
    assert (unsaid.status_code, {*unsaid.json()["errors"]}) == (400, {"seen"})
    answer = send(author, "api_policy_merge", draft.pk, revision=1, seen=2, **given)
    assert (answer.status_code, answer.json()["revision"]) == (409, 3)
    assert answer.json()["theirs"]["rules"][2]["inline_traffic"] == {"job": "FTPD*"}
    answer = send(author, "api_policy_merge", draft.pk, revision=1, seen=3, **given)
    assert (answer.status_code, answer.json()["revision"]) == (200, 4)
    assert answer.json()["rules"][2]["inline_traffic"] == {"job": "FTP*"}


def test_rules_are_edited_one_by_one(draft: Version, author: Client) -> None:
    rule = {"name": "FTP", "inline_traffic": {"job": "FTPD*"}, "expires": "2027-03-31"}
    added = send(author, "api_policy_rules", draft.pk, revision=1, rule=rule)
    assert added.json()["rules"][2] == rule | {"kind": "specific"}
    again = send(author, "api_policy_rules", draft.pk, revision=2, rule=rule)
    assert (again.status_code, again.json()["errors"]) == (
        400,
        {"FTP / name": "there is a rule `FTP` already"},
    )
    order = ["FTP", "TN3270"]
    moved = send(author, "api_policy_rules", draft.pk, method="put", revision=2, names=order)
    assert [one["name"] for one in moved.json()["rules"]] == ["Good", "FTP", "TN3270", "Rest"]
    address = reverse("api_policy_rules", args=[draft.pk])
    gone = author.delete(f"{address}?name=FTP&revision=3")
    assert [one["name"] for one in gone.json()["rules"]] == ["Good", "TN3270", "Rest"]
    for wrong in ("x", "-1", "0", str(2**31), "9" * 5_000):
        assert author.delete(f"{address}?name=FTP&revision={wrong}").status_code == 400
    assert author.delete(f"{address}?name=TN3270&revision={2**31 - 1}").status_code == 409


def test_faults_are_said_by_rule_and_field(draft: Version, author: Client) -> None:
    bad = {"name": "A", "traffic": "Nothing", "inline_security": {"version": ["TLSv9"]}}
    answer = send(author, "api_policy_rules", draft.pk, revision=1, rule=bad)
    assert answer.status_code == 400
    assert {*answer.json()["errors"]} == {"A / traffic", "A / inline_security/"}
    unknown = send(author, "api_policy_rules", draft.pk, revision=1, rule={"name": "A", "x": 1})
    assert "`x` is not a field here" in str(unknown.json())
    half = send(author, "api_policy_groups", name="A\ud800")
    assert half.status_code == 400
    number = send(author, "api_rule_sets", name=7, protocol="TLS")
    assert (number.status_code, {*number.json()["errors"]}) == (400, {"name"})


def test_objects_by_program(draft: Version, author: Client) -> None:
    made = send(author, "api_policy_objects", "actions", name="Loud", content={"console": True})
    assert made.status_code == 201
    key = made.json()["id"]
    changed = send(
        author,
        "api_policy_object",
        "actions",
        key,
        method="put",
        revision=1,
        name="Loud",
        content={"console": True, "audit": True},
    )
    assert (changed.json()["revision"], changed.json()["content"]["audit"]) == (2, True)
    assert changed.json()["changed_by"] == "ANNA"
    late = {"revision": 1, "name": "Loud", "content": {"reset": True}}
    stale = send(author, "api_policy_object", "actions", key, method="put", **late)
    assert stale.status_code == 409
    assert "changed meanwhile by ANNA" in stale.json()["error"]
    assert stale.json()["current"] == changed.json()
    copied = send(author, "api_policy_object_copy", "actions", key, name="Louder").json()
    assert copied["content"] == changed.json()["content"]
    address = reverse("api_policy_object", args=["actions", key])
    assert author.delete(address).status_code == 400
    late = author.delete(f"{address}?revision=1")
    assert (late.status_code, late.json()["current"]) == (409, changed.json())
    assert author.delete(f"{address}?revision=2").status_code == 204
    listed = author.get(reverse("api_policy_objects", args=["actions"])).json()
    used = next(one for one in listed if one["name"] == "Audit")
    assert used["uses"] == 1
    in_use = reverse("api_policy_object", args=["actions", used["id"]])
    refused = author.delete(f"{in_use}?revision=1")
    assert (refused.status_code, refused.json()["users"]) == (
        409,
        ["Site TLS version 1 (draft), rule Rest"],
    )
    uses = author.get(reverse("api_policy_object_uses", args=["actions", used["id"]])).json()
    assert [(one["rule_set"], one["rule"]) for one in uses] == [("Site TLS", "Rest")]
    assert author.get(reverse("api_policy_objects", args=["things"])).status_code == 404


def _seen(name: str, one: dict[str, Any]) -> str:
    return f"{reverse(f'api_policy_{name}', args=[one['id']])}?seen={one['mark']}"


def test_places_by_program(author: Client) -> None:
    group = send(author, "api_policy_groups", name="PLEX").json()
    system = send(author, "api_policy_systems", group=group["id"], name="sysa").json()
    made = send(author, "api_policy_stacks", system=system["id"], name="TCPIP", tag="TEST").json()
    assert (made["path"], made["tag"], made["recorded"]) == ("SYSA TCPIP", "TEST", False)
    below = author.delete(_seen("group", group))
    assert (below.status_code, below.json()["users"]) == (409, ["system SYSA"])
    for name, one in (("stack", made), ("system", system), ("group", group)):
        assert author.delete(_seen(name, one | {"mark": "0" * 16})).status_code == 409
        assert author.delete(_seen(name, one | {"mark": "x" * 16})).status_code == 400
        assert author.delete(_seen(name, one)).status_code == 204
    assert send(author, "api_policy_from_records").json() == []


def test_a_system_moves_to_another_group_and_takes_other_names(
    stack: Stack, author: Client
) -> None:
    other = send(author, "api_policy_groups", name="Other").json()
    key = stack.system_id
    put: dict[str, Any] = {"method": "put", "group": other["id"], "sysplex": "PLEX"}
    put["seen"] = workspace.mark(stack.system)
    moved = send(author, "api_policy_system", key, name="SYSA", **put)
    assert (moved.status_code, moved.json()["group"]) == (200, other["id"])
    stale = send(author, "api_policy_system", key, name="sysb", **put)
    assert (stale.status_code, stale.json()["current"]) == (409, moved.json())
    put["seen"] = moved.json()["mark"]
    renamed = send(author, "api_policy_system", key, name="sysb", **put).json()
    assert (renamed["name"], renamed["sysplex"]) == ("SYSB", "PLEX")
    assert send(author, "api_policy_system", key, name="1X", **put).status_code == 400
    missing = send(author, "api_policy_system", key, name="SYSB", **put | {"group": 999_999})
    assert missing.status_code == 404
    wanted: dict[str, Any] = {"method": "put", "tag": "TEST", "name": "TCPX"}
    unseen = send(author, "api_policy_stack", stack.pk, **wanted, seen="0" * 16)
    assert (unseen.status_code, unseen.json()["current"]["name"]) == (409, "TCPIP")
    seen = unseen.json()["current"]["mark"]
    named = send(author, "api_policy_stack", stack.pk, **wanted, seen=seen).json()
    assert (named["path"], named["tag"]) == ("PLEX SYSB TCPX", "TEST")


def assign(client: Client, stack: Stack, version: Version, *, seen: int | None) -> int:
    answer = send(client, "api_policy_assign", stack.pk, version=version.pk, seen=seen)
    return int(answer.status_code)


def test_prod_is_for_approvers(
    draft: Version, stack: Stack, release: Release, roles: Roles, anna: User
) -> None:
    done = release(draft)
    only = User.objects.create(username="ONLY")
    only.groups.add(roles["viewer"], roles["policy author"])
    client = with_token(only)
    prod = {"method": "put", "tag": "PROD", "seen": workspace.mark(stack)}
    assert send(client, "api_policy_stack", stack.pk, **prod).status_code == 403
    assert assign(client, stack, done, seen=None) == 200
    approver = with_token(anna)
    assert send(approver, "api_policy_stack", stack.pk, **prod).json()["tag"] == "PROD"
    assert assign(client, stack, done, seen=done.pk) == 403
    other = User.objects.create(username="LOOKS")
    other.groups.add(roles["viewer"], roles["policy approver"])
    assert assign(with_token(other), stack, done, seen=done.pk) == 200
    address = f"{reverse('api_policy_unassign', args=[stack.pk, 'TLS'])}?seen={done.pk}"
    assert client.delete(address).status_code == 403
    narrow = with_token(anna, "policy")
    assert narrow.delete(address).status_code == 403
    assert approver.delete(address).status_code == 204


def test_versions_are_compared_checked_and_rolled_back(
    draft: Version, release: Release, author: Client
) -> None:
    first = release(draft)
    second = send(author, "api_policy_draft", first.pk).json()
    address = reverse("api_policy_rules", args=[second["id"]])
    author.delete(f"{address}?name=TN3270&revision=1")
    found = author.get(reverse("api_policy_diff", args=[first.pk, second["id"]])).json()
    assert found["same_meaning"] is False
    assert [(one["rule"], one["what"]) for one in found["edits"]] == [("TN3270", "removed")]
    checks = author.get(reverse("api_policy_checks", args=[second["id"]]))
    assert checks.json() == []
    assert send(author, "api_policy_roll_back", first.pk).status_code == 409
    draft_at = reverse("api_policy_version", args=[second["id"]])
    assert author.delete(draft_at).status_code == 400
    late = author.delete(f"{draft_at}?revision=1")
    assert (late.status_code, late.json()["revision"], late.json()["saved_by"]) == (409, 2, "ANNA")
    assert author.delete(f"{draft_at}?revision=2").status_code == 204
    back = send(author, "api_policy_roll_back", first.pk).json()
    assert (back["number"], back["state"], back["document"]) == (2, "submitted", first.document)
    assert send(author, "api_policy_withdraw", back["id"]).json()["state"] == "draft"


def test_rule_sets_begin_with_templates_and_are_retired(author: Client, shelf: None) -> None:
    wrong = send(author, "api_rule_sets", name="A", protocol="TLS", template="nothing")
    assert (wrong.status_code, {*wrong.json()["errors"]}) == (400, {"template"})
    made = send(author, "api_rule_sets", name="A", protocol="TLS").json()
    key = made["rule_set"]
    put = send(author, "api_rule_set", key, method="put", revision=1, name="B", owner="Net").json()
    assert (put["name"], put["owner"]) == ("B", "Net")
    stale = send(author, "api_rule_set", key, method="put", revision=1, name="C")
    assert (stale.status_code, stale.json()["current"]) == (409, put)
    assert (put["revision"], put["changed_by"]) == (2, "ANNA")
    unsaid = send(author, "api_rule_set", key, method="put", name="C")
    assert (unsaid.status_code, {*unsaid.json()["errors"]}) == (400, {"revision"})
    unsaid = send(author, "api_rule_set_retire", key, retired=True)
    assert (unsaid.status_code, {*unsaid.json()["errors"]}) == (400, {"revision"})
    late = send(author, "api_rule_set_retire", key, retired=True, revision=1)
    assert (late.status_code, late.json()["current"]) == (409, put)
    opened = send(author, "api_rule_set_retire", key, retired=True, revision=2)
    assert (opened.status_code, opened.json()["error"]) == (
        409,
        "B version 1 is a draft; delete it first",
    )
    listed = author.get(reverse("api_rule_set_versions", args=[key])).json()
    assert [one["number"] for one in listed] == [1]
    copied = send(author, "api_policy_copy", made["id"], name="C")
    assert copied.status_code == 201
    assert len(author.get(reverse("api_rule_sets")).json()) == 2


def test_a_rule_set_that_nobody_works_on_is_retired_and_taken_up_again(
    draft: Version, release: Release, author: Client
) -> None:
    key = release(draft).rule_set_id
    retired = send(author, "api_rule_set_retire", key, retired=True, revision=1).json()
    assert retired["retired_at"]
    assert author.get(reverse("api_rule_sets")).json() == []
    again = send(author, "api_rule_set_retire", key, retired=False, revision=1).json()
    assert again["retired_at"] is None
