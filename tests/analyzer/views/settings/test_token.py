"""The own API token on its page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from rest_framework.authtoken.models import Token

from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_once_and_kept_by_no_browser(client_as: ClientAs) -> None:
    client = client_as("viewer")
    assert "You have no token." in Page(client.get(reverse("settings_token"))).text
    answer = client.post(reverse("settings_token_make"))
    assert "no-store" in answer["Cache-Control"]
    (key,) = re.findall(r"\b[0-9a-f]{40}\b", Page(answer).text)
    assert Token.objects.get().key == key
    again = client.get(reverse("settings_token"))
    assert "no-store" in again["Cache-Control"]
    assert key not in again.content.decode()
    assert "Your token was made on" in Page(again).text


def test_a_revoked_token_is_said_once(client_as: ClientAs) -> None:
    client = client_as("viewer")
    client.post(reverse("settings_token_make"))
    client.post(reverse("settings_token_revoke"))
    assert "Your API token no longer works." in Page(client.get(reverse("settings_token"))).text
    assert not Token.objects.exists()
    client.post(reverse("settings_token_revoke"))
    assert "no longer works" not in Page(client.get(reverse("settings_token"))).text
