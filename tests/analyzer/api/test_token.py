"""API tokens: named, shown once, bounded by scope, role and time, revoked one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.models import ApiToken, AuditEntry
from analyzer.tokens import digest_of
from tests.analyzer.api.conftest import with_token
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
MADE = {"name": "nightly", "scopes": ["read"], "days": "30"}


@pytest.fixture(autouse=True)
def plain_static(settings: Any) -> None:
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


def make(client: Client, **changes: object) -> str:
    """The new key, as the page shows it."""
    answer = client.post(reverse("settings_token_make"), MADE | changes)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    (key,) = re.findall(r"\b[0-9a-f]{40}\b", Page(answer).text)
    return key


def revoke(client: Client) -> Any:
    pk = ApiToken.objects.earliest("pk").pk
    return client.post(reverse("settings_token_revoke", args=[pk]))


def status(key: str, method: str = "GET", name: str = "api_servers") -> int:
    headers = {"Authorization": f"Token {key}"}
    return Client().generic(method, reverse(name), headers=headers).status_code


@pytest.mark.parametrize("role", ["viewer", "analyst", "administrator"])
def test_everybody_can_make_a_token_that_works(client_as: ClientAs, role: str) -> None:
    assert status(make(client_as(role))) == 200


def test_a_token_is_shown_once_and_its_key_is_kept_nowhere(client_as: ClientAs) -> None:
    client = client_as("viewer")
    assert "You have no token." in Page(client.get(reverse("settings_token"))).text
    key = make(client)
    page = client.get(reverse("settings_token"))
    assert key not in page.content.decode()
    assert Page(page).tables[0][1][:2] == ["nightly", "read"]
    kept = ApiToken.objects.get()
    assert bytes(kept.digest) == digest_of(key)
    assert key.encode() not in bytes(kept.digest)


def test_several_tokens_work_beside_each_other_and_end_alone(client_as: ClientAs) -> None:
    client = client_as("viewer")
    first, second = make(client), make(client, name="other")
    assert (status(first), status(second)) == (200, 200)
    assert "no longer works" in Page(client.get(revoke(client)["Location"])).text
    assert (status(first), status(second)) == (401, 200)


def test_a_name_is_taken_once(client_as: ClientAs) -> None:
    client = client_as("viewer")
    make(client)
    answer = client.post(reverse("settings_token_make"), MADE | {"name": "NIGHTLY"})
    assert answer.status_code == 422
    assert "You have a token `NIGHTLY` already." in Page(answer).text
    assert make(client_as("analyst"))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": ""}, "This field is required."),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["import"]}, "import is not one of the available choices"),
        ({"days": "-3"}, "-3 is not one of the available choices"),
    ],
)
def test_what_cannot_be_made_is_said_at_its_field(
    client_as: ClientAs, wrong: dict[str, object], why: str
) -> None:
    answer = client_as("viewer").post(reverse("settings_token_make"), MADE | wrong)
    assert answer.status_code == 422
    assert why in Page(answer).text
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("scope", "read", "submit", "save"),
    [("read", 200, 403, 403), ("import", 403, 400, 403), ("queries", 403, 403, 400)],
)
def test_a_token_reaches_as_far_as_its_scopes(
    person: Callable[[str], User], scope: str, read: int, submit: int, save: int
) -> None:
    client = with_token(person("analyst"), scope)
    asked = {"api_servers": "GET", "api_imports": "POST", "api_queries": "POST"}
    answers = [client.generic(method, reverse(name)) for name, method in asked.items()]
    assert [answer.status_code for answer in answers] == [read, submit, save]
    for answer in answers:
        if answer.status_code == 403:
            assert re.fullmatch(r"the token lacks the scope `\w+`", answer.json()["error"])


def test_a_scope_gives_nothing_that_the_role_does_not(person: Callable[[str], User]) -> None:
    client = with_token(person("viewer"), "read", "import", "queries", "administer")
    assert client.post(reverse("api_imports")).status_code == 403
    assert client.get(reverse("api_servers"), {"format": "csv"}).status_code == 403


def test_a_token_ends_at_its_time(client_as: ClientAs) -> None:
    client = client_as("viewer")
    key = make(client)
    token = ApiToken.objects.get()
    assert token.expires_at is not None
    assert token.expires_at - token.made_at == timedelta(days=30)
    ApiToken.objects.update(expires_at=timezone.now())
    assert status(key) == 401
    assert "ended" in Page(client.get(reverse("settings_token"))).text
    make(client, name="for good", days="")
    assert ApiToken.objects.get(name="for good").expires_at is None


def test_its_last_use_is_said_by_the_minute(client_as: ClientAs) -> None:
    key = make(client_as("viewer"))
    assert ApiToken.objects.get().last_used_at is None
    status(key)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    status(key)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    status(key)
    assert ApiToken.objects.get().last_used_at > first - timedelta(minutes=1)


@pytest.mark.parametrize(
    "sent", ["Token", "Token a b", "Token \xff", "Token " + "x" * 5000, "token"]
)
def test_what_is_no_token_is_refused(sent: str) -> None:
    answer = Client().get(reverse("api_servers"), headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert "token is wrong" in answer.json()["error"]


def test_only_the_own_tokens_are_seen_and_revoked(client_as: ClientAs) -> None:
    key = make(client_as("analyst"))
    viewer = client_as("viewer")
    revoke(viewer)
    assert status(key) == 200
    assert "nightly" not in Page(viewer.get(reverse("settings_token"))).text


def test_making_and_revoking_are_in_the_audit_log_without_the_key(client_as: ClientAs) -> None:
    client = client_as("viewer")
    key = make(client)
    revoke(client)
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["token.make", "token.revoke"]
    assert entries[0].data["scopes"] == ["read"]
    assert not [entry for entry in entries if key in f"{entry.target}{entry.data}"]


def test_the_command_makes_one_and_says_why_it_cannot(person: Callable[[str], User]) -> None:
    person("analyst")
    said = StringIO()
    call_command("make_token", "analyst", "backup", "--scope", "read", "--days", "7", stdout=said)
    assert status(said.getvalue().strip()) == 200
    assert ApiToken.objects.get().scopes == ["read"]
    for given, why in [
        (("nobody", "x"), "there is no user"),
        (("analyst", "BACKUP"), "already"),
        (("analyst", " "), "a name has"),
        (("analyst", "x", "--days", "0"), "a number from"),
    ]:
        with pytest.raises(CommandError, match=why):
            call_command("make_token", *given)


def test_the_database_keeps_no_token_that_is_none(person: Callable[[str], User]) -> None:
    given = {"user": person("viewer"), "name": "x", "digest": b"x", "scopes": ["read"]}
    for wrong in ({"name": ""}, {"scopes": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.create(**(given | wrong), made_at=timezone.now())


@pytest.mark.parametrize("name", ["settings_token", "settings_token_make", "settings_token_revoke"])
def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, name: str) -> None:
    method = client.get if name == "settings_token" else client.post
    args = [1] if name.endswith("revoke") else []
    assert method(reverse(name, args=args)).status_code == 302
    assert not ApiToken.objects.exists()
