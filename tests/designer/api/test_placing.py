"""By program: what a version would change on stacks, promotion, the comment of a draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import approval, drafts, installing, versions, workspace
from designer.models import Stack, Version
from tests.designer.api.conftest import send
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db


def test_promotion_and_exceptions_by_program(
    draft: Version, stack: Stack, release: Release, author: Client, anna: User
) -> None:
    rule = {"name": "Old", "inline_traffic": {"job": "OLD"}, "expires": "2099-01-01", "owner": "Me"}
    send(author, "api_policy_rules", draft.pk, revision=1, rule=rule)
    draft.refresh_from_db()
    done = release(draft)
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    system = stack.system_id
    test = send(author, "api_policy_stacks", system=system, name="TCPT", tag="TEST").json()
    asked: dict[str, Any] = {"stack": test["id"], "seen": None}
    got = send(author, "api_policy_promote", done.pk, to="TEST", stacks=[asked])
    assert [one["name"] for one in got.json()] == ["TCPT"]
    again = send(author, "api_policy_promote", done.pk, to="TEST", stacks=[asked])
    assert (again.status_code, again.json()["current"]["stacks"]) == (409, got.json())
    gone = asked | {"stack": 0x7FFFFFFF}
    for wrong in ([gone], [asked, asked], []):
        lost = send(author, "api_policy_promote", done.pk, to="TEST", stacks=wrong)
        assert (lost.status_code, "stacks" in lost.json()["errors"]) == (400, True)
    assert author.get(reverse("api_policy_exceptions")).json() == []
    far = author.get(reverse("api_policy_exceptions") + "?days=3650").json()
    assert far == []
    assert author.get(reverse("api_policy_exceptions") + "?days=x").status_code == 400


def test_what_changes_on_each_stack_is_read_before_it_gets_a_version(
    draft: Version, stack: Stack, release: Release, author: Client, anna: User
) -> None:
    first = release(draft)
    installing.assign(version=first, stacks=[stack], by=anna, now=NOW)
    twin = workspace.make_stack(system=stack.system, name="TWIN", tag="TEST", by=anna, now=NOW)
    following = versions.open_draft(version=first, by=anna, now=NOW)
    second = release(
        drafts.drop_rule(version=following, revision=1, name="TN3270", by=anna, now=NOW)
    )
    address = reverse("api_policy_changes", args=[second.pk])
    here, there = author.get(address).json()
    assert (here["stack"], here["has"], here["follows"]) == (stack.pk, first.pk, True)
    assert [(one["rule"], one["what"]) for one in here["difference"]["edits"]] == [
        ("TN3270", "removed")
    ]
    assert (there["path"], there["tag"], there["has"]) == (str(twin), "TEST", None)
    assert author.get(f"{address}?tag=TEST").json() == [there]
    assert author.get(f"{address}?tag=").status_code == 400
    got = send(author, "api_policy_assign", stack.pk, version=second.pk, seen=here["has"])
    assert got.status_code == 200
    assert author.get(address).json()[0]["difference"] is None
    without = author.get(reverse("api_policy_unassign", args=[stack.pk, "TLS"])).json()
    assert without["version"] == second.pk
    assert without["difference"]["same_meaning"] is False
    gone = reverse("api_policy_unassign", args=[stack.pk, "SSH"])
    assert author.get(gone).status_code == 404


def test_the_comment_of_a_draft_is_kept_and_not_overwritten_unseen(
    draft: Version, author: Client, approver: Client
) -> None:
    put = {"method": "put", "seen": ""}
    kept = send(author, "api_policy_comment", draft.pk, comment="As agreed.", **put).json()
    assert (kept["comment"], kept["revision"]) == ("As agreed.", 1)
    late = send(approver, "api_policy_comment", draft.pk, comment="Mine.", **put)
    assert (late.status_code, late.json()["current"]["comment"]) == (409, "As agreed.")
    put["seen"] = "As agreed."
    assert send(approver, "api_policy_comment", draft.pk, comment="", **put).json()["comment"] == ""
    unsaid = send(author, "api_policy_comment", draft.pk, method="put", comment="x")
    assert (unsaid.status_code, {*unsaid.json()["errors"]}) == (400, {"seen"})


def test_a_program_publishes_over_what_it_saw_on_the_planned_stacks(
    draft: Version, stack: Stack, release: Release, approver: Client, anna: User
) -> None:
    first = release(draft)
    fresh = versions.open_draft(version=first, by=anna, now=NOW)
    drafts.plan(version=fresh, revision=1, stacks=[stack], by=anna, now=NOW)
    approval.submit(version=fresh, revision=2, comment="x", by=anna, now=NOW)
    installing.assign(version=first, stacks=[stack], by=anna, now=NOW)
    asked: dict[str, Any] = {"stack": stack.pk, "seen": None}
    for seen in ([asked], []):
        late = send(approver, "api_policy_publish", fresh.pk, revision=2, stacks=seen)
        assert late.status_code == 409
        current = late.json()["current"]
        assert current["state"] == "submitted"
        (has,) = [one for now in current["stacks"] for one in now["assignments"]]
        assert has["version"] == first.pk
    twice = send(approver, "api_policy_publish", fresh.pk, revision=2, stacks=[asked, asked])
    assert (twice.status_code, {*twice.json()["errors"]}) == (400, {"stacks"})
    asked["seen"] = first.pk
    done = send(approver, "api_policy_publish", fresh.pk, revision=2, stacks=[asked])
    assert (done.status_code, done.json()["state"]) == (200, "published")
    assert stack.assignments.get().version_id == fresh.pk
