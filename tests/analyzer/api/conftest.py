"""A filled store, and programs that ask with a token."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from analyzer.models import ApiToken
from analyzer.tokens import EVERY_SCOPE, digest_of
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
        return with_token(person(role))

    return make


def with_token(user: User, *scopes: str) -> Client:
    """A program with a new token of a user; with every scope unless some are named."""
    key, now = secrets.token_hex(20), timezone.now()
    ApiToken.objects.create(
        user=user,
        name=key,
        digest=digest_of(key),
        scopes=[*(scopes or EVERY_SCOPE)],
        made_at=now,
        last_used_at=now,
    )
    return Client(headers={"Authorization": f"Token {key}"})


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
