"""The site whose API is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.servers.basehttp import WSGIRequestHandler

from tests.analyzer.api.conftest import with_token
from tests.contract import site as sites


@pytest.fixture
def site(roles: dict[str, Group], tmp_path: Path, settings: Any) -> sites.Site:
    """A site with one of everything, and two administrators with every right."""
    people = (with_token(sites.administrator(roles, name)) for name in ("author", "approver"))
    return sites.fill(*people, tmp_path, settings)


@pytest.fixture
def keys_from_1(transactional_db: None) -> None:
    """The store as other tests leave it, but for its keys: they begin anew, whoever came before."""
    call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body does not wait, 40 ms each, until the client has acknowledged the head."""
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
