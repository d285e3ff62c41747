"""Programs of an author and of an approver, and how they send."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.analyzer.api.conftest import with_token


@pytest.fixture
def author(anna: User) -> Client:
    return with_token(anna)


@pytest.fixture
def approver(bert: User) -> Client:
    return with_token(bert)


def send(client: Client, address: str, /, *args: object, method: str = "post", **given: Any) -> Any:
    answer = client.generic(
        method.upper(),
        reverse(address, args=args),
        json.dumps(given),
        content_type="application/json",
    )
    assert isinstance(answer, HttpResponse)
    return answer
