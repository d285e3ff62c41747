"""Accounts as an administrator keeps them, and the own password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer import tokens
from analyzer.models import ApiToken, AuditEntry
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
Person = Callable[[str], User]


@pytest.fixture
def administrator(client_as: ClientAs) -> Client:
    return client_as("administrator")


def change(client: Client, what: str, user: User, **given: str) -> Any:
    return client.post(reverse(f"settings_user_{what}", args=[user.pk]), given)


def messages_after(client: Client) -> str:
    return Page(client.get(reverse("settings_users"))).text


def shown_password(answer: Any) -> str:
    page = Page(answer)
    place = [found.get("id") for _, found in page.tags].index("new-password")
    assert place
    text = answer.content.decode()
    return text.split('id="new-password">')[1].split("<")[0]


def test_a_new_user_can_sign_in_with_the_password_that_is_shown_once(
    administrator: Client, roles: object
) -> None:
    given = {"username": "ada", "role": "analyst"}
    answer = administrator.post(reverse("settings_user_new"), given)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    password = shown_password(answer)
    assert len(password) >= 16
    assert password not in administrator.get(reverse("settings_users")).content.decode()
    assert password not in administrator.get(reverse("settings_audit")).content.decode()
    client = Client()
    entered = client.post(reverse("sign_in"), {"username": "ada", "password": password})
    assert entered.status_code == 302
    assert client.get(reverse("data_import")).status_code == 200
    assert client.get(reverse("settings_users")).status_code == 403


def test_the_password_is_neither_in_the_audit_log_nor_in_the_log(
    administrator: Client, roles: object, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    given = {"username": "ada", "role": "viewer"}
    password = shown_password(administrator.post(reverse("settings_user_new"), given))
    ada = User.objects.get(username="ada")
    second = shown_password(change(administrator, "password", ada))
    written = str(list(AuditEntry.objects.values())) + caplog.text + "".join(capfd.readouterr())
    assert "ada" in written
    assert password not in written
    assert second not in written


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("administrator", "there is a user `administrator` already"),
        ("ADMINISTRATOR", "there is a user `ADMINISTRATOR` already"),
        ("\uff41dministrator", "there is a user `administrator` already"),
        ("a b", "Enter a valid username"),
        ("<script>", "Enter a valid username"),
        ("a\0b", "Null characters are not allowed"),
        ("", "This field is required"),
        ("x" * 151, "at most 150 characters"),
    ],
)
def test_a_name_that_can_not_be_used_is_said_at_the_field(
    administrator: Client, name: str, why: str
) -> None:
    answer = administrator.post(reverse("settings_user_new"), {"username": name, "role": "viewer"})
    assert answer.status_code == 422
    assert why in Page(answer).text
    assert User.objects.count() == 1


def test_a_role_that_is_none_is_refused(administrator: Client, person: Person) -> None:
    answer = administrator.post(reverse("settings_user_new"), {"username": "x", "role": "root"})
    assert answer.status_code == 422
    viewer = person("viewer")
    change(administrator, "role", viewer, role="root")
    assert "That is not a role." in messages_after(administrator)
    assert [group.name for group in viewer.groups.all()] == ["viewer"]


def test_a_role_replaces_the_one_before_at_once(administrator: Client, client_as: ClientAs) -> None:
    client = client_as("viewer")
    viewer = User.objects.get(username="viewer")
    assert client.get(reverse("data_import")).status_code == 403
    change(administrator, "role", viewer, role="analyst")
    assert "viewer is analyst now." in messages_after(administrator)
    assert client.get(reverse("data_import")).status_code == 200
    assert [group.name for group in viewer.groups.all()] == ["analyst"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_name, entry.target) == ("user.role", "administrator", "viewer")
    assert entry.data == {"before": "viewer", "after": "analyst"}


def test_switching_off_ends_the_session_and_switching_on_lets_in_again(
    administrator: Client, client_as: ClientAs
) -> None:
    client = client_as("viewer")
    viewer = User.objects.get(username="viewer")
    assert client.get(reverse("report_servers")).status_code == 200
    change(administrator, "switch", viewer)
    assert "viewer is switched off." in messages_after(administrator)
    assert client.get(reverse("report_servers"))["Location"].startswith(reverse("sign_in"))
    change(administrator, "switch", viewer)
    given = {"username": "viewer", "password": "viewer-password-1"}
    assert Client().post(reverse("sign_in"), given).status_code == 302
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["user.switch_off", "user.switch_on", "signin.success"]


def test_a_new_password_ends_the_api_tokens(administrator: Client, person: Person) -> None:
    viewer, other = person("viewer"), person("analyst")
    now = timezone.now()
    for user in (viewer, other):
        for name in ("one", "other"):
            tokens.make_token(draft=tokens.TokenDraft(name), by=user, now=now)
    change(administrator, "password", viewer)
    assert list(ApiToken.objects.values_list("user__username", flat=True)) == ["analyst"] * 2
    assert AuditEntry.objects.filter(action="token.revoke", target="viewer").count() == 2


def test_a_new_password_ends_the_sessions_of_the_old_one(
    administrator: Client, client_as: ClientAs
) -> None:
    client = client_as("viewer")
    viewer = User.objects.get(username="viewer")
    password = shown_password(change(administrator, "password", viewer))
    assert client.get(reverse("report_servers"))["Location"].startswith(reverse("sign_in"))
    old = {"username": "viewer", "password": "viewer-password-1"}
    assert Client().post(reverse("sign_in"), old).status_code == 422
    assert Client().post(reverse("sign_in"), old | {"password": password}).status_code == 302


@pytest.mark.parametrize(
    ("what", "given", "why"),
    [
        ("role", {"role": "viewer"}, "your own role and account are for another administrator"),
        ("switch", {}, "your own role and account are for another administrator"),
        ("password", {}, "your own password is changed under your name"),
    ],
)
def test_nobody_changes_the_own_account_here(
    administrator: Client, what: str, given: dict[str, str], why: str
) -> None:
    own = User.objects.get(username="administrator")
    assert change(administrator, what, own, **given).status_code == 302
    assert why in messages_after(administrator)
    assert not AuditEntry.objects.exists()
    assert reverse(f"settings_user_{what}", args=[own.pk]) not in messages_after(administrator)


def test_a_superuser_has_no_role_to_change(administrator: Client, roles: object) -> None:
    root = User.objects.create_superuser("root")
    change(administrator, "role", root, role="viewer")
    assert "`root` is a superuser and may everything" in messages_after(administrator)
    assert not root.groups.exists()


@pytest.mark.parametrize("what", ["role", "switch", "password"])
def test_a_user_who_is_not_there_is_404(administrator: Client, what: str) -> None:
    path = reverse(f"settings_user_{what}", args=[999_999])
    assert administrator.post(path, {"role": "viewer"}).status_code == 404


def test_the_list_says_role_state_and_last_sign_in(administrator: Client, person: Person) -> None:
    person("viewer")
    User.objects.create(username="former", is_active=False)
    page = Page(administrator.get(reverse("settings_users")))
    assert page.column("User") == ["administrator", "former", "viewer"]
    assert page.column("Role") == ["administrator", "none", "viewer"]
    assert page.column("Account") == ["active", "switched off", "active"]
    assert page.column("Last sign-in (UTC)")[0].endswith("Z")
    assert page.column("Last sign-in (UTC)")[1] == "\u2013"


def test_the_own_password_is_changed_and_only_other_sessions_end(client_as: ClientAs) -> None:
    client, other = client_as("viewer"), client_as("viewer")
    given = {
        "old_password": "viewer-password-1",
        "new_password1": "a-much-better-one",
        "new_password2": "a-much-better-one",
    }
    assert client.post(reverse("password_change"), given)["Location"] == "/"
    page = Page(client.get(reverse("report_servers")))
    assert "Your password was changed." in page.text
    assert other.get(reverse("report_servers")).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_name, entry.data) == ("user.own_password", "viewer", {})


@pytest.mark.parametrize("end_tokens", [True, False])
def test_who_changes_the_password_chooses_what_becomes_of_the_tokens(
    client_as: ClientAs, end_tokens: bool
) -> None:
    client = client_as("viewer")
    assert "End my API tokens" not in Page(client.get(reverse("password_change"))).text
    user = User.objects.get(username="viewer")
    tokens.make_token(draft=tokens.TokenDraft("script"), by=user, now=timezone.now())
    assert "End my API tokens too (1)" in Page(client.get(reverse("password_change"))).text
    given = {
        "old_password": "viewer-password-1",
        "new_password1": "a-much-better-one",
        "new_password2": "a-much-better-one",
        **({"end_tokens": "on"} if end_tokens else {}),
    }
    client.post(reverse("password_change"), given)
    assert ApiToken.objects.exists() is not end_tokens
    page = Page(client.get(reverse("report_servers")))
    assert ("1 API token ended." in page.text) is end_tokens


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"old_password": "guess"}, "Your old password was entered incorrectly"),
        ({"new_password2": "another-one-12"}, "didn’t match"),
        ({"new_password1": "short", "new_password2": "short"}, "at least 12 characters"),
    ],
)
def test_a_password_that_can_not_be_taken_is_said_at_the_field(
    client_as: ClientAs, changed: dict[str, str], why: str
) -> None:
    given = {
        "old_password": "viewer-password-1",
        "new_password1": "a-much-better-one",
        "new_password2": "a-much-better-one",
    }
    answer = client_as("viewer").post(reverse("password_change"), given | changed)
    assert answer.status_code == 422
    assert why in Page(answer).text.replace("'", "’")
    assert User.objects.get().check_password("viewer-password-1")
    assert not AuditEntry.objects.exists()


def roles_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_further_roles_stand_beside_the_role(
    administrator: Client, person: Person, roles: object
) -> None:
    viewer = person("viewer")
    Group.objects.get_or_create(name="policy author")
    further = {"role": "analyst", "further": "policy author"}
    answer = administrator.post(reverse("settings_user_role", args=[viewer.pk]), further)
    assert answer.status_code == 302
    assert roles_of(viewer) == {"analyst", "policy author"}
    entry = AuditEntry.objects.get(action="user.role")
    assert entry.data == {"before": "viewer", "after": "analyst, policy author"}
    page = administrator.get(reverse("settings_users")).content.decode()
    assert 'value="policy author" checked' in page
    assert '<option value="analyst" selected>' in page


def test_roles_that_are_not_ticked_are_taken_away(
    administrator: Client, person: Person, roles: object
) -> None:
    viewer = person("viewer")
    viewer.groups.add(Group.objects.get_or_create(name="policy author")[0])
    change(administrator, "role", viewer, role="viewer")
    assert roles_of(viewer) == {"viewer"}


def test_a_role_is_no_further_role(administrator: Client, person: Person, roles: object) -> None:
    viewer = person("viewer")
    change(administrator, "role", viewer, role="viewer", further="administrator")
    assert roles_of(viewer) == {"viewer"}
    assert "That is not a role." in messages_after(administrator)
