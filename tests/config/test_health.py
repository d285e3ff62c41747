"""Alive and ready are two questions."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client


def test_alive_without_a_database() -> None:
    response = Client().get("/health/live")
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.django_db
def test_ready_with_a_database() -> None:
    assert Client().get("/health/ready").json() == {"status": "ok"}


@pytest.mark.django_db
def test_not_ready_when_the_database_does_not_answer() -> None:
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        response = Client().get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"status": "no database"})


@pytest.mark.django_db
def test_every_page_forbids_inline_script_style_and_frames() -> None:
    response = Client().get("/accounts/login/")
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
