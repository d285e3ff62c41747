"""What the tests of pages share: plain static addresses, quick passwords, stores filled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from analyzer.ingest import intake, pipeline
from analyzer.models import Import
from tests.builders import store_rows
from tests.conftest import ROLES

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
ClientAs = Callable[[str], Client]


@pytest.fixture(autouse=True)
def plain(settings: Any) -> None:
    """No manifest of static files; passwords that are hashed at once."""
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Awkward rows, made once for a module and taken back at its end."""
    with django_db_blocker.unblock(), taken_back():
        store_rows.fill()
        analyze()
        yield


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Import]:
    """The sample site, imported once for a module."""
    with django_db_blocker.unblock(), taken_back():
        found = imported("site-rdw.smf.gz")
        analyze()
        yield found


@pytest.fixture
def nobody(db: None) -> Client:
    """Signed in, without a role."""
    client = Client()
    client.force_login(User.objects.create(username="nobody"))
    return client


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction that leaves nothing, wherever the test that asked for it ends."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def imported(name: str) -> Import:
    """A sample, imported here and now."""
    found = intake.submit_command(path=SAMPLES / name, now=timezone.now())
    pipeline.run(found.pk)
    found.refresh_from_db()
    assert found.state == "complete", found.error
    with connection.cursor() as cursor:  # each batch expects that the one before was committed
        cursor.execute("TRUNCATE staged_session, staged_key, staged_day, staged_connection")
    return found


def analyze() -> None:
    """Statistics of what is there now: those of the emptied tables would lead to bad plans."""
    names = ("stack", "server", "protection", "securitysession", "daily_activity", "systemsettings")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(f"analyzer_{name}" for name in names))


def signed_in(role: str) -> Client:
    """A client with a role, for fixtures of a module, which can't use those of a test."""
    kind, _ = ContentType.objects.get_or_create(app_label="analyzer", model="rights")
    group, _ = Group.objects.get_or_create(name=role)
    group.permissions.set(
        Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": codename}
        )[0]
        for codename in ROLES[role]
    )
    user = User.objects.create(username=role)
    user.groups.set([group])
    client = Client()
    client.force_login(user)
    return client
