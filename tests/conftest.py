"""Fixtures for every ring: state directory, people with roles, a real worker process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "data" / "samples"
ROLES = {
    "viewer": ["view_report"],
    "analyst": ["view_report", "export", "import_dump", "save_query"],
    "administrator": ["view_report", "export", "import_dump", "save_query", "administer"],
}


def pytest_configure() -> None:
    """Static files as in production, once for all parallel processes."""
    if os.environ.get("ZERTIFY_TEST_PURE") != "1" and "PYTEST_XDIST_WORKER" not in os.environ:
        call_command("collectstatic", verbosity=0, interactive=False)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Uploads of a test go to a directory of its own."""
    for name in ("UPLOADS", "FILE_UPLOAD_TEMP_DIR"):
        directory = tmp_path / name.lower()
        directory.mkdir()
        monkeypatch.setattr(settings, name, directory)
    return tmp_path


@pytest.fixture
def roles(db: None) -> dict[str, Group]:
    """The three roles, also after a test that emptied the tables."""
    kind, _ = ContentType.objects.get_or_create(app_label="analyzer", model="rights")
    found = {}
    for role, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(
            Permission.objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": codename}
            )[0]
            for codename in codenames
        )
        found[role] = group
    return found


@pytest.fixture
def person(roles: dict[str, Group]) -> Callable[[str], User]:
    """A user with a role: person("viewer")."""

    def make(role: str) -> User:
        user, made = User.objects.get_or_create(username=role)
        if made:
            user.set_password(f"{role}-password-1")
            user.save()
            user.groups.add(roles[role])
        return user

    return make


@pytest.fixture
def client_as(person: Callable[[str], User]) -> Callable[[str], Client]:
    """A signed-in client: client_as("analyst")."""

    def make(role: str) -> Client:
        client = Client()
        client.force_login(person(role))
        return client

    return make


def database_url() -> str:
    """Address of the test database, for processes that a test starts."""
    found = connection.settings_dict
    host = quote(str(found["HOST"]), safe="")
    return f"postgresql://{found['USER']}@{host}:{found['PORT']}/{found['NAME']}"


@pytest.fixture
def process_environment(own_state: Path) -> dict[str, str]:
    """Environment of a process that works on the test's database, broker and state."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "ZERTIFY_VAR": str(own_state),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@pytest.fixture
def celery_worker_process(
    transactional_db: None, process_environment: dict[str, str], own_state: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on the test's database and broker; state in `own_state`."""
    log_path = own_state / "worker.log"
    with log_path.open("wb") as log:
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "config.celery", "worker"),
                *("-Q", "imports,default", "-c", "1", "--without-gossip", "--without-mingle"),
                *("-n", f"test-{os.getpid()}@localhost", "-l", "INFO"),
            ],
            cwd=ROOT,
            env=process_environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    until = time.monotonic() + 60
    while b" ready." not in log_path.read_bytes():
        assert worker.poll() is None, log_path.read_text()
        assert time.monotonic() < until, log_path.read_text()
        time.sleep(0.05)
    yield worker
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGTERM)
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
