"""Fixtures for every ring: state directory, people with roles, a real worker process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher, make_password
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client

from web import static_files

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "data" / "samples"
_NOT_MANAGED = (
    *("analyzer_activity", "analyzer_daily_activity", "analyzer_connection_event"),
    *("analyzer_block_activity", "analyzer_block_columns"),
)
ROLES = {
    "viewer": ["view_report"],
    "analyst": ["view_report", "export", "import_dump", "save_query"],
    "administrator": ["view_report", "export", "import_dump", "save_query", "administer"],
}

# Every ring draws the same cases each time, everywhere; `--hypothesis-profile=fresh` draws others.
hypothesis.settings.register_profile("ring", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("fresh", derandomize=False, deadline=None, print_blob=True)
hypothesis.settings.load_profile("ring")


def pytest_configure() -> None:
    """Static files as in production, once for all parallel processes."""
    if os.environ.get("ZERTIFY_TEST_PURE") != "1" and "PYTEST_XDIST_WORKER" not in os.environ:
        static_files.collect()


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Uploads of a test go to a directory of its own."""
    for name in ("UPLOADS", "PACKS", "FILE_UPLOAD_TEMP_DIR"):
        directory = tmp_path / name.lower()
        directory.mkdir()
        monkeypatch.setattr(settings, name, directory)
    return tmp_path


@pytest.fixture(autouse=True)
def whole_flush(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """What a test has committed goes with it, also from tables that Django's flush does not know.

    Without it later tests of the same process would find rows in a store that they take for empty.
    """
    yield
    if _commits(request):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(_NOT_MANAGED)} CASCADE")


def _commits(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & {*request.fixturenames}
    return bool(asked or (mark and mark.kwargs.get("transaction")))


@pytest.fixture(autouse=True)
def seldom_signs_of_life(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their thread does not see what a test has not committed, and would take it for lost."""
    asks = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if asks and not _commits(request):
        monkeypatch.setattr("analyzer.ingest.heartbeat.EVERY_S", 3_600)


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


@cache
def _hashed(password: str, algorithm: str) -> str:
    """A password as the store keeps it; making it takes a quarter of a second on purpose."""
    return make_password(password, hasher=algorithm)


@pytest.fixture
def person(roles: dict[str, Group]) -> Callable[[str], User]:
    """A user with a role: person("viewer")."""

    def make(role: str) -> User:
        user, made = User.objects.get_or_create(username=role)
        if made:
            user.password = _hashed(f"{role}-password-1", get_hasher().algorithm)
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
