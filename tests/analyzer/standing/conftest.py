"""Settings under which messages may go to servers of the test, and files to its directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from analyzer.models import SavedQuery
from tests.builders.saved_queries import save


@pytest.fixture
def query(db: None, person: Callable[[str], User]) -> SavedQuery:
    """All unprotected traffic of TCP servers."""
    return save(person("analyst"), "Unprotected", "protocol=NONE&days=all", shared=True)


@pytest.fixture(autouse=True)
def allowed(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1", "hooks.example"]
    settings.WEBHOOK_HTTP = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.BASE_URL = "https://zertify.example"
    settings.DEFAULT_FROM_EMAIL = "zertify@zertify.example"


@pytest.fixture
def shelf(tmp_path: Path, settings: Any) -> Path:
    """A directory that files may be written to."""
    directory = tmp_path / "shelf"
    directory.mkdir()
    settings.EXPORT_ROOTS = [tmp_path]
    return directory
