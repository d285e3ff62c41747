"""Every address of the designer asked by every role, by nobody in particular, and by a stranger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from analyzer.models import SecuritySession
from designer.models import SecurityDescriptor, Stack, Version
from designer.urls import urlpatterns
from tests.analyzer.views.conftest import filled
from tests.designer.bringing.test_proposing import query_of

__all__ = ["filled"]
pytestmark = pytest.mark.usefixtures("filled", "db")
IN = "to the sign-in page"
WHO = ("stranger", "nobody", "viewer", "policy author", "policy approver")
READ, READ_ONLY = (IN, 403, 200, 200, 200), (IN, 403, 405, 405, 405)


def author(get: int, *, refused: int = 403) -> tuple[object, ...]:
    return (IN, 403, 403, get, refused)


WRITES = (author(405), author(302))
STEP = (author(200), author(422))
# An author for stacks of DEV and TEST, an approver for PROD: test_prod asks for each tag.
PLACING = ((IN, 403, 403, 200, 200), (IN, 403, 403, 422, 422))
# GET, then an empty POST: 302 it is done or leads back with a message, 409 another one saved.
EXPECTED: dict[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
    "policy_rule_sets": (READ, READ_ONLY),
    "policy_rule_set": (READ, READ_ONLY),
    "policy_objects": (READ, READ_ONLY),
    "policy_object": (READ, READ_ONLY),
    **{f"policy_object_{page}": STEP for page in ("new", "edit", "copy", "delete")},
    "policy_object_words": (author(405), author(200)),
    "policy_stacks": (READ, READ_ONLY),
    "policy_stack": (READ, READ_ONLY),
    "policy_group_new": STEP,
    "policy_group": STEP,
    "policy_group_delete": (author(200), author(422)),
    "policy_system_new": STEP,
    "policy_system": PLACING,
    "policy_system_delete": (author(200), author(422)),
    "policy_stack_new": PLACING,
    "policy_stack_edit": PLACING,
    "policy_stack_facts": (author(200), author(409)),
    "policy_stack_delete": (author(200), author(422)),
    "policy_stack_install": (READ_ONLY, author(422)),
    "policy_assign": (author(200), author(422)),
    "policy_unassign": (author(404), author(404)),
    "policy_place": ((IN, 403, 403, 302, 302), (IN, 403, 403, 302, 302)),
    "policy_stack_file": (READ, READ_ONLY),
    "policy_installation_file": ((IN, 403, 404, 404, 404), READ_ONLY),
    "policy_approvals": (READ, READ_ONLY),
    "policy_exceptions": (READ, READ_ONLY),
    **dict.fromkeys(
        ("policy_backup", "policy_backup_file"),
        ((IN, 403, 403, 403, 403), (IN, 403, 403, 403, 403)),
    ),
    "policy_settings": (READ, (IN, 403, 403, 403, 422)),
    "policy_review": (READ, READ_ONLY),
    "policy_submit": (READ, author(422)),
    "policy_file": (READ, READ_ONLY),
    "policy_download": (READ, READ_ONLY),
    "policy_make_rule": (author(200), author(405)),
    "policy_tests": (READ, READ_ONLY),
    "policy_sessions": ((IN, 403, 404, 404, 404), READ_ONLY),
    "policy_test": STEP,
    "policy_test_drop": (author(405), author(302)),
    "policy_make_rule_of_server": (author(200), author(405)),
    "policy_make_rule_of_rows": (author(200), author(405)),
    "policy_make_rule_of_connection": (author(404), author(405)),
    "policy_propose": STEP,
    "policy_new": STEP,
    "policy_bring": STEP,
    "policy_start": STEP,
    "policy_general": STEP,
    "policy_rule": STEP,
    "policy_rest": STEP,
    "policy_rules": (author(200), author(405)),
    "policy_plan": (author(200), author(302)),
    "policy_rule_words": (author(405), author(200)),
    **{
        f"policy_{step}_check": (author(405), author(200))
        for step in ("new", "start", "lines", "plan", "submit", "test")
    },
    **dict.fromkeys(
        (
            *("policy_stacks_take", "policy_rules_order", "policy_rule_drop"),
            *("policy_lines",),
            *("policy_merge", "policy_open_draft", "policy_drop_draft"),
            *("policy_roll_back", "policy_withdraw", "policy_rule_set_retire"),
        ),
        WRITES,
    ),
    "policy_decide": ((IN, 403, 403, 403, 405), (IN, 403, 403, 403, 302)),
}


@pytest.fixture
def addresses(draft: Version, stack: Stack) -> dict[str, str]:
    """The address of each name, of something that is there."""
    recorded = SecuritySession.objects.filter(dailyactivity__isnull=False).earliest("pk")
    session, server = recorded.pk, recorded.server_id
    owner = User.objects.create(username="owner of a query")
    security = SecurityDescriptor.objects.earliest("pk").pk
    by_beginning: dict[str, tuple[object, ...]] = {
        "objects/<slug:kind>/<": ("security", security),
        "objects/<": ("security",),
        "stacks/groups/<": (stack.system.group_id,),
        "stacks/systems/<": (stack.system_id,),
        "stacks/<int:pk>/unassign": (stack.pk, "TLS"),
        "stacks/<": (stack.pk,),
        "installations/<": (stack.pk,),
        "from-query": (query_of(owner, shared=True).pk,),
        "from-server": (server,),
        "from-session": (session,),
        "rule-sets/<": (draft.rule_set_id,),
        "versions/<int:pk>/words": (draft.pk, "specific"),
        "versions/<": (draft.pk,),
    }
    found = {}
    for pattern in urlpatterns:
        fitting = (args for of, args in by_beginning.items() if str(pattern.pattern).startswith(of))
        found[str(pattern.name)] = reverse(str(pattern.name), args=next(fitting, ()))
    return found


@pytest.fixture
def client_of(roles: dict[str, Group]) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        client = Client()
        if who != "stranger":
            user, _ = User.objects.get_or_create(username=who)
            user.groups.set([roles[who]] if who in roles else [])
            client.force_login(user)
        return client

    return make


def outcome(client: Client, method: str, path: str) -> object:
    with transaction.atomic():
        answer = client.generic(method, path)
        transaction.set_rollback(True)
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith(reverse("sign_in"))
    return IN if to_sign_in else answer.status_code


def test_every_address_is_in_the_table(addresses: dict[str, str]) -> None:
    assert set(addresses) == set(EXPECTED)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", WHO)
def test_each_one_gets_what_they_may(
    who: str, method: str, addresses: dict[str, str], client_of: Callable[[str], Client]
) -> None:
    client, place = client_of(who), WHO.index(who)
    found = {name: outcome(client, method, path) for name, path in addresses.items()}
    side = 0 if method == "GET" else 1
    assert found == {name: both[side][place] for name, both in EXPECTED.items()}
