"""The own API token: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from analyzer.models import AuditEntry

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


@pytest.fixture(autouse=True)
def plain_static(settings: Any) -> None:
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


def make(client: Client) -> str:
    """The new key, as the page shows it."""
    answer = client.post(reverse("settings_token_make"))
    key = Token.objects.get().key
    assert key in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    return key


def status(key: str) -> int:
    path = reverse("api_servers")
    return Client().get(path, headers={"Authorization": f"Token {key}"}).status_code


@pytest.mark.parametrize("role", ["viewer", "analyst", "administrator"])
def test_everybody_can_make_a_token_that_works(client_as: ClientAs, role: str) -> None:
    assert status(make(client_as(role))) == 200


def test_a_token_is_shown_once(client_as: ClientAs) -> None:
    client = client_as("viewer")
    key = make(client)
    assert key not in client.get(reverse("settings_token")).content.decode()


def test_a_new_token_ends_the_old_one(client_as: ClientAs) -> None:
    client = client_as("viewer")
    old, new = make(client), make(client)
    assert (status(old), status(new)) == (401, 200)


def test_a_revoked_token_ends(client_as: ClientAs) -> None:
    client = client_as("viewer")
    key = make(client)
    client.post(reverse("settings_token_revoke"))
    assert status(key) == 401
    assert "You have no token" in client.get(reverse("settings_token")).content.decode()


def test_making_and_revoking_are_in_the_audit_log_without_the_key(client_as: ClientAs) -> None:
    client = client_as("viewer")
    key = make(client)
    client.post(reverse("settings_token_revoke"))
    client.post(reverse("settings_token_revoke"))
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["token.make", "token.revoke"]
    assert not [entry for entry in entries if key in f"{entry.target}{entry.data}"]


@pytest.mark.parametrize("name", ["settings_token", "settings_token_make", "settings_token_revoke"])
def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, name: str) -> None:
    method = client.get if name == "settings_token" else client.post
    assert method(reverse(name)).status_code == 302
    assert not Token.objects.exists()


@pytest.mark.parametrize("name", ["settings_token_make", "settings_token_revoke"])
def test_a_look_changes_nothing(client_as: ClientAs, name: str) -> None:
    assert client_as("viewer").get(reverse(name)).status_code == 405
    assert not Token.objects.exists()
