"""Accounts by program: made, given roles, switched, given passwords; who may, and what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer import accounts
from analyzer.models import AuditEntry
from tests.analyzer.api.conftest import with_token

pytestmark = pytest.mark.django_db
USERS = "/api/v1/users/"


@pytest.fixture
def administrator(program: Callable[[str], Client]) -> Client:
    return program("administrator")


def sent(client: Client, method: str, path: str, body: object = None) -> Any:
    return getattr(client, method)(path, body, content_type="application/json")


def actions() -> list[str]:
    return [*AuditEntry.objects.order_by("pk").values_list("action", flat=True)]


def test_an_account_is_made_with_roles_and_a_password_that_is_told_once(
    administrator: Client,
) -> None:
    Group.objects.get_or_create(name="policy author")
    given = {"username": "anna", "role": "analyst", "further": ["policy author"] * 2}
    answer = sent(administrator, "post", USERS, given)
    made = answer.json()
    assert (answer.status_code, made["roles"]) == (201, ["analyst", "policy author"])
    assert (made["is_active"], made["last_login"]) == (True, None)
    assert "no-store" in answer["Cache-Control"]
    assert Client().login(username="anna", password=made["password"])
    shown = administrator.get(f"{USERS}{made['id']}/").json()
    assert shown == {key: value for key, value in made.items() if key != "password"} | {
        "last_login": shown["last_login"]
    }
    entry = AuditEntry.objects.get(action="user.create")
    assert (entry.target, entry.data) == ("anna", {"role": "analyst, policy author"})
    assert made["password"] not in str([*AuditEntry.objects.values_list("data", flat=True)])


def test_roles_are_changed_and_the_account_switched_with_its_tokens(
    administrator: Client,
) -> None:
    user = User.objects.create(username="anna")
    path = f"{USERS}{user.pk}/"
    viewer = sent(administrator, "put", path, {"role": "viewer"}).json()
    assert viewer["roles"] == ["viewer"]
    theirs = with_token(user)
    assert theirs.get(reverse("api_servers")).status_code == 200
    off = sent(administrator, "post", f"{path}switch/", {"active": False}).json()
    assert off["is_active"] is False
    assert theirs.get(reverse("api_servers")).status_code == 401
    again = sent(administrator, "post", f"{path}switch/", {"active": False}).json()
    assert again["is_active"] is False  # and nothing is written
    assert sent(administrator, "post", f"{path}switch/", {"active": True}).json()["is_active"]
    assert actions() == ["user.role", "user.switch_off", "user.switch_on"]


def test_a_new_password_ends_the_old_one_and_the_tokens(administrator: Client) -> None:
    user = User.objects.create_user("anna", password="before-it-was-1")
    user.groups.add(Group.objects.get(name="viewer"))
    theirs = with_token(user)
    answer = sent(administrator, "post", f"{USERS}{user.pk}/password/")
    assert answer.json().keys() == {"password"}
    assert not Client().login(username="anna", password="before-it-was-1")
    assert Client().login(username="anna", password=answer.json()["password"])
    assert theirs.get(reverse("api_servers")).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"username": "anna", "role": "king"}, 400, "role"),
        ({"username": "", "role": "viewer"}, 400, "username"),
        ({"username": "a b", "role": "viewer"}, 400, "username"),
        ({"username": 7, "role": "viewer"}, 400, "username"),
        ({"username": "a" * 151, "role": "viewer"}, 400, "username"),
        ({"username": "anna", "role": "viewer", "further": ["administrator"]}, 400, "further"),
        ({"username": "anna", "role": "viewer", "is_superuser": True}, 400, "is_superuser"),
        ({"username": "ADMINISTRATOR", "role": "viewer"}, 409, "already"),
        ({"username": "\ufdf2" * 150, "role": "viewer"}, 409, "characters"),
        ({"username": "\ufdfa", "role": "viewer"}, 409,
         "valid username"),
    ],
)  # fmt: skip
def test_what_can_not_be_an_account_is_said(
    administrator: Client, body: object, status: int, said: str
) -> None:
    answer = sent(administrator, "post", USERS, body)
    assert answer.status_code == status, answer.content
    assert said in str(answer.json())
    assert (User.objects.count(), actions()) == (1, [])


def test_nobody_changes_their_own_account(administrator: Client) -> None:
    path = f"{USERS}{User.objects.get(username='administrator').pk}/"
    asked = [
        sent(administrator, "put", path, {"role": "viewer"}),
        sent(administrator, "post", f"{path}switch/", {"active": False}),
        sent(administrator, "post", f"{path}password/"),
    ]
    assert [one.status_code for one in asked] == [409] * 3
    assert actions() == []


def test_a_token_needs_the_scope_of_accounts(person: Callable[[str], User]) -> None:
    user = User.objects.create(username="anna")
    given = {"username": "bert", "role": "administrator"}
    without = with_token(person("administrator"), "read", "administer")
    assert without.get(USERS).status_code == 200
    refused = [
        sent(without, "post", USERS, given),
        sent(without, "put", f"{USERS}{user.pk}/", {"role": "administrator"}),
        sent(without, "post", f"{USERS}{user.pk}/switch/", {"active": False}),
        sent(without, "post", f"{USERS}{user.pk}/password/"),
    ]
    assert [one.status_code for one in refused] == [403] * 4
    assert refused[0].json() == {"error": "the token lacks the scope `accounts`"}
    assert sent(with_token(person("analyst"), "accounts"), "post", USERS, given).status_code == 403
    alone = with_token(person("administrator"), "accounts")
    assert sent(alone, "post", USERS, given).status_code == 201
    assert alone.get(USERS).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_who_make_one_account_at_once_are_told(
    roles: dict[str, Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    both, answers = threading.Barrier(2), []
    token_of = accounts.secrets.token_urlsafe

    def together(size: int) -> str:
        both.wait(10)  # both have looked, and nobody has made it
        return token_of(size)

    def make() -> None:
        try:
            made, _ = accounts.create(name="anna", role="viewer", by=None, now=timezone.now())
            answers.append(made.username)
        except accounts.AccountError as error:
            answers.append(str(error))
        finally:
            connection.close()

    monkeypatch.setattr(accounts.secrets, "token_urlsafe", together)
    threads = [threading.Thread(target=make) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(answers) == ["anna", "there is a user `anna` already"]
    assert User.objects.filter(username="anna").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["switched off", "made a viewer"])
def test_two_administrators_never_shut_each_other_out(roles: dict[str, Group], what: str) -> None:
    """The second waits for the first, and then is told that nobody else is left."""
    anna, bert = (User.objects.create(username=name) for name in ("anna", "bert"))
    for one in (anna, bert):
        one.groups.set([roles["administrator"]])
    said: list[str] = []

    def shut_out(user: User, by: User) -> None:
        now = timezone.now()
        if what == "switched off":
            accounts.set_active(user=user, active=False, by=by, now=now)
        else:
            accounts.set_role(user=user, role="viewer", by=by, now=now)

    def other_way() -> None:
        try:
            shut_out(anna, bert)
        except accounts.AccountError as error:
            said.append(str(error))
        finally:
            connection.close()

    second = threading.Thread(target=other_way)
    with transaction.atomic():
        shut_out(bert, anna)
        second.start()
        second.join(1)
        assert second.is_alive(), "the second did not wait"
    second.join(20)
    assert said == ["`anna` is the last administrator who is left; it stays so"]
    left = User.objects.filter(is_active=True, groups__name="administrator")
    assert [one.username for one in left] == ["anna"]
