"""Every address of policies, asked by every role and by strangers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from designer import installing, workspace
from designer.api.urls import urlpatterns
from designer.models import ActionDescriptor, Stack, Version
from tests.analyzer.api.conftest import with_token
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
READ = {"": 401, "nobody": 403, "viewer": 200, "policy author": 200, "policy approver": 200}
NOBODY = READ | {"viewer": 403, "policy author": 403, "policy approver": 403}


def author(status: int) -> dict[str, int]:
    """What an author gets past the guard, for an empty request."""
    return NOBODY | {"policy author": status}


def approver(status: int) -> dict[str, int]:
    return NOBODY | {"policy approver": status}


EXPECTED = {
    ("GET", "api_policy_backup"): NOBODY | {"administrator": 200},
    ("POST", "api_policy_backup"): NOBODY | {"administrator": 400},
    ("GET", "api_policy_exceptions"): READ,
    ("GET", "api_policy_dialects"): READ,
    ("GET", "api_policy_settings"): READ,
    ("PUT", "api_policy_settings"): approver(400),
    ("POST", "api_policy_bring"): author(400),
    ("POST", "api_policy_bring_preview"): author(400),
    ("GET", "api_policy_groups"): READ,
    ("POST", "api_policy_groups"): author(400),
    ("PUT", "api_policy_group"): author(400),
    ("DELETE", "api_policy_group"): author(400),
    ("GET", "api_policy_systems"): READ,
    ("POST", "api_policy_systems"): author(400),
    ("PUT", "api_policy_system"): author(400) | {"policy approver": 400},
    ("DELETE", "api_policy_system"): author(400),
    ("GET", "api_policy_stacks"): READ,
    ("POST", "api_policy_stacks"): author(400) | {"policy approver": 400},
    ("POST", "api_policy_from_records"): author(200),
    ("GET", "api_policy_stack"): READ,
    ("PUT", "api_policy_stack"): author(400) | {"policy approver": 400},
    ("DELETE", "api_policy_stack"): author(400),
    ("POST", "api_policy_assign"): author(400) | {"policy approver": 400},
    ("GET", "api_policy_unassign"): READ,
    ("DELETE", "api_policy_unassign"): author(400),  # a DEV stack; an approver is for PROD
    ("GET", "api_policy_stack_checks"): READ,
    ("PUT", "api_policy_stack_facts"): author(400) | {"policy approver": 400},
    ("GET", "api_policy_files"): READ,
    ("GET", "api_policy_stack_file"): READ,
    ("GET", "api_policy_version_file"): READ,
    ("GET", "api_policy_installations"): READ,
    ("POST", "api_policy_installations"): author(400) | {"policy approver": 400},
    ("GET", "api_policy_objects"): READ,
    ("POST", "api_policy_objects"): author(400),
    ("GET", "api_policy_object"): READ,
    ("PUT", "api_policy_object"): author(400),
    ("DELETE", "api_policy_object"): author(400),
    ("POST", "api_policy_object_copy"): author(400),
    ("GET", "api_policy_object_uses"): READ,
    ("POST", "api_policy_propose"): author(400),
    ("POST", "api_policy_propose_preview"): author(400),
    ("GET", "api_rule_sets"): READ,
    ("POST", "api_rule_sets"): author(400),
    ("GET", "api_rule_set"): READ,
    ("PUT", "api_rule_set"): author(400),
    ("POST", "api_rule_set_retire"): author(400),
    ("GET", "api_rule_set_versions"): READ,
    ("GET", "api_policy_templates"): READ,
    ("GET", "api_policy_waiting"): READ,
    ("GET", "api_policy_version"): READ,
    ("PUT", "api_policy_version"): author(400),
    ("DELETE", "api_policy_version"): author(400),
    ("GET", "api_policy_changes"): READ,
    ("GET", "api_policy_checks"): READ,
    ("PUT", "api_policy_comment"): author(400),
    ("POST", "api_policy_copy"): author(400),
    ("GET", "api_policy_diff"): READ,
    ("POST", "api_policy_draft"): author(201),
    ("GET", "api_policy_effect"): READ,
    ("GET", "api_policy_effect_sessions"): {"": 401, "nobody": 403, "viewer": 400},
    ("POST", "api_policy_explain"): {"": 401, "nobody": 403, "viewer": 400, "policy author": 400},
    ("POST", "api_policy_merge"): author(400),
    ("POST", "api_policy_plan"): author(400),
    ("POST", "api_policy_promote"): author(400) | {"policy approver": 400},
    ("POST", "api_policy_publish"): approver(400),
    ("POST", "api_policy_reject"): approver(400),
    ("POST", "api_policy_roll_back"): author(201),
    ("POST", "api_policy_rules"): author(400),
    ("POST", "api_policy_rule_from_session"): author(400),
    ("POST", "api_policy_rule_from_server"): author(400),
    ("POST", "api_policy_rule_from_rows"): author(400),
    ("POST", "api_policy_rule_from_connection"): author(400),
    ("POST", "api_policy_test_from_session"): author(400),
    ("POST", "api_policy_tests"): author(400),
    ("DELETE", "api_policy_tests"): author(400),
    ("PUT", "api_policy_rules"): author(400),
    ("DELETE", "api_policy_rules"): author(400),
    ("POST", "api_policy_submit"): author(400),
    ("POST", "api_policy_withdraw"): author(409),
}


@pytest.fixture
def address(draft: Version, release: Release, stack: Stack, anna: User) -> Callable[[str], str]:
    """The address of what is there: a published version on a stack."""
    done = release(draft)
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    other = ActionDescriptor.objects.get(name="Audit")
    keys = {
        "api_policy_group": [stack.system.group_id],
        "api_policy_system": [stack.system_id],
        "api_policy_unassign": [stack.pk, "TLS"],
        "api_policy_objects": ["actions"],
        "api_policy_diff": [done.pk, done.pk],
    }

    def of(name: str) -> str:
        route = str(next(one.pattern for one in urlpatterns if one.name == name))
        if name in keys:
            return reverse(name, args=keys[name])
        if route.startswith("objects/"):
            return reverse(name, args=["actions", other.pk])
        first = {"st": stack.pk, "ru": done.rule_set_id, "ve": done.pk}.get(route[:2])
        return reverse(name, args=[first] if "<" in route else [])

    return of


def client_of(role: str, roles: dict[str, Group]) -> Client:
    if not role:
        return Client()
    user = User.objects.create(username=f"one {role}")
    if role != "nobody":
        user.groups.add(roles[role])
    return with_token(user)


def test_every_address_is_in_the_table() -> None:
    assert {name for _, name in EXPECTED} == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize(("method", "name"), EXPECTED)
def test_each_role_gets_what_it_may(
    method: str, name: str, address: Callable[[str], str], roles: dict[str, Group]
) -> None:
    asked = address(name)
    for role, status in EXPECTED[method, name].items():
        client = client_of(role, roles)
        answer = client.generic(method, asked, "{}", content_type="application/json")
        assert (role, answer.status_code) == (role, status)
        if status >= 400:
            assert answer.json()["error"]


@pytest.mark.parametrize(
    ("scope", "reads", "writes", "publishes"),
    [
        ("read", 200, 403, 403),
        ("policy", 403, 400, 403),
        ("approve", 403, 403, 400),
        ("administer", 403, 403, 403),
    ],
)
def test_a_token_reaches_as_far_as_its_scope(
    scope: str,
    reads: int,
    writes: int,
    publishes: int,
    address: Callable[[str], str],
    anna: User,
) -> None:
    client = with_token(anna, scope)
    assert client.get(address("api_rule_sets")).status_code == reads
    for name, status in (("api_rule_sets", writes), ("api_policy_publish", publishes)):
        answer = client.post(address(name), {}, content_type="application/json")
        assert answer.status_code == status


def test_the_workspace_is_not_opened_by_analysts(roles: dict[str, Group], stack: Stack) -> None:
    analyst = User.objects.create(username="x")
    analyst.groups.add(roles["analyst"])
    answer = with_token(analyst).delete(reverse("api_policy_stack", args=[stack.pk]))
    assert answer.status_code == 403
    assert workspace.Stack.objects.exists()


@pytest.mark.parametrize("protocol", ["%00", "a%00b", "%F0%9F%98%80", "TLS%2F"])
def test_what_is_no_protocol_is_no_address(stack: Stack, anna: User, protocol: str) -> None:
    path = f"/api/v1/policy/stacks/{stack.pk}/assignments/{protocol}/"
    assert with_token(anna).delete(path).status_code == 404
