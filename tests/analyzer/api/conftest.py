"""A filled store, and programs that ask with a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from rest_framework.authtoken.models import Token

from tests.analyzer.ingest.conftest import ingest, store
from tests.builders import store_rows

__all__ = ["ingest", "store"]


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Filled once for a module: rows that were taken back would slow later tests down."""
    with django_db_blocker.unblock(), transaction.atomic():
        store_rows.fill()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def program(person: Callable[[str], User]) -> Callable[[str], Client]:
    """A program with a user's token: program("analyst")."""

    def make(role: str) -> Client:
        token, _ = Token.objects.get_or_create(user=person(role))
        return Client(headers={"Authorization": f"Token {token.key}"})

    return make


@pytest.fixture
def analyst(program: Callable[[str], Client]) -> Client:
    return program("analyst")


def rows_of(client: Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """All rows of an address, page after page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        asked = {**params, **({"after": after} if after else {})}
        answer = client.get(path, asked)
        assert answer.status_code == 200, answer.content
        found += answer.json()["rows"]
        after = answer.json()["next"]
        if after is None:
            return found
