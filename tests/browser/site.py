"""What the browser talks to: real web processes and a real worker on databases of their own."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from analyzer.ingest import intake
from analyzer.models import Import
from config import processes
from config.parent import die_with_parent
from tests.browser.places import EXPORTS
from tests.builders.saved_queries import save
from tests.builders.site_dumps import write_dump
from tests.conftest import ROOT, SAMPLES, database_url
from tests.ports import free_port

LAST_DAY = "2026-11-24"
CROWDED = date(2024, 2, 1)
"""Long before the month of the site: a day with more clients than a page has rows."""
PEOPLE = {
    "viewer": ("viewer",),
    "analyst": ("analyst",),
    "admin": ("administrator",),
}
POLICY_PEOPLE = {
    "author": ("analyst", "policy author"),
    "approver": ("viewer", "policy approver"),
}
# Where names stand that there may be once: what the second try of a test would meet.
NAMED = {
    "auth_user": "username",
    "analyzer_savedquery": "name",
    "analyzer_apitoken": "name",
    "analyzer_ownbaseline": "name",
    "designer_ruleset": "name",
    "designer_addressgroup": "name",
    "designer_trafficdescriptor": "name",
    "designer_securitydescriptor": "name",
    "designer_actiondescriptor": "name",
    "designer_zosgroup": "name",
    "designer_system": "name",
}
ENDED = {Import.State.COMPLETE, Import.State.FAILED, Import.State.CANCELED}
WAIT_S = 180.0
STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class Site:
    """Addresses of a store with a sample site and of an empty one; dumps may lie in `folder`."""

    full: str
    empty: str
    folder: Path


def password(name: str) -> str:
    return f"{name}-has-a-long-password"


@contextmanager
def running(directory: Path) -> Iterator[Site]:
    """The site from people and data up to its last process."""
    folder = directory / "dumps"
    (folder / EXPORTS).mkdir(parents=True)
    with _own_database(), _empty_copy() as empty_url:
        urls = {"full": database_url(), "empty": empty_url}
        with ExitStack() as started:
            addresses = {
                name: _start(started, name=name, var=directory / name, url=url, folder=folder)
                for name, url in urls.items()
            }
            _save_queries()
            _ingest(folder)
            yield Site(**addresses, folder=folder)


def last_keys() -> dict[str, int]:
    """The last row of each table with names."""
    with psycopg.connect(database_url()) as direct:
        return {
            table: direct.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]  # type: ignore[index]
            for table in NAMED
        }


def rename_later(keys: dict[str, int]) -> None:
    """What came after these rows gets names that no test uses."""
    with psycopg.connect(database_url()) as direct:
        for table, column in NAMED.items():
            direct.execute(f"UPDATE {table} SET {column} = 'Z' || id WHERE id > %s", (keys[table],))


def without_record_lengths(path: Path) -> None:
    """A dump as a transfer without `site rdw` leaves it."""
    data, position, bare = gzip.decompress((SAMPLES / "site-rdw.smf.gz").read_bytes()), 0, []
    while position < len(data) and len(bare) < 400:
        length = int.from_bytes(data[position : position + 2], "big")
        bare.append(data[position + 4 : position + length])
        position += length
    path.write_bytes(b"".join(bare))


def _make_people() -> None:
    for name, roles in {**PEOPLE, **POLICY_PEOPLE}.items():
        user = User.objects.create_user(name, password=password(name))
        user.groups.add(*Group.objects.filter(name__in=roles))


def _save_queries() -> None:
    """Some of an analyst and of an administrator, shared and private."""
    analyst, admin = (User.objects.get(username=name) for name in ("analyst", "admin"))
    old = "version=SSLv3&version=TLSv1.0&version=TLSv1.1&days=all"
    save(analyst, "TLS 1.1 and older", old, shared=True, description="Ends with the year.")
    save(analyst, "Unprotected from outside", "protocol=NONE&client_ip=192.0.2.0/24", shared=True)
    save(analyst, "FTP of the night jobs", "job=FTPD1&port=21,990&days=7")
    save(admin, "Clients without protection", "protocol=NONE&days=all", tab="clients")
    save(admin, "EE peers", "days=all", tab="peers", shared=True)


@contextmanager
def _own_database() -> Iterator[None]:
    """Tables and people; no test of another ring may empty them."""
    before = connection.settings_dict["TEST"]["NAME"]
    process = os.environ.get("PYTEST_XDIST_WORKER", "")
    connection.settings_dict["TEST"]["NAME"] = f"test_zertify_browser{process}"
    made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    try:
        _make_people()
        call_command("take_shipped")
        yield
    finally:
        connection.settings_dict["TEST"]["NAME"] = before
        teardown_databases(made, verbosity=0)


@contextmanager
def _empty_copy() -> Iterator[str]:
    """The same tables and people in another database, copied before any record came."""
    name = f"{connection.settings_dict['NAME']}_empty"
    url, _, original = database_url().rpartition("/")
    connection.close()
    _run(f"{url}/postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _run(f"{url}/postgres", f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    try:
        yield f"{url}/{name}"
    finally:
        _run(f"{url}/postgres", f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as direct:
        direct.execute(statement.encode())


def _start(started: ExitStack, *, name: str, var: Path, url: str, folder: Path) -> str:
    """The web process, and for the full store the workers; returns the address."""
    var.mkdir()
    (var / "static").symlink_to(settings.STATIC_ROOT)
    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("ZERTIFY_VAR", str(var))
        patch.setenv("ZERTIFY_PORT", str(port))
        patch.setenv("ZERTIFY_IMPORT_ROOTS", str(folder))
        patch.setenv("ZERTIFY_EXPORT_ROOTS", str(folder))
        patch.setenv("ZERTIFY_WATCH_QUIET_S", "1")
        commands = processes.commands()
        web = started.enter_context(_process(commands["web"]))
        for worker in ("worker", "errands") if name == "full" else ():
            started.enter_context(_process(commands[worker]))
    address = f"http://localhost:{port}"
    _wait_until_ready(web, f"{address}/health/ready")
    return address


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program with the environment of now; it ends with the block, or with this process."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_ready(web: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + WAIT_S
    while True:
        assert web.poll() is None, url
        assert time.monotonic() < until, url
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.05)


def _ingest(folder: Path) -> None:
    """A month of a site, a damaged dump and one that lost its record lengths, by the worker."""
    month = folder / "plexa-november.smf"
    call_command(
        "make_sample_dump",
        str(month),
        sessions=600,
        days=30,
        interval_minutes=60,
        end=LAST_DAY,
        detail=True,
        verbosity=0,
    )
    crowd = folder / "crowded-day.smf"
    write_dump(crowd, sessions=6000, intervals=1, first=CROWDED)
    bare = folder / "without-rdw.smf"
    without_record_lengths(bare)
    taken = [
        intake.submit_command(path=path, now=timezone.now(), detach=True)
        for path in (crowd, month, SAMPLES / "damaged.smf", bare)
    ]
    until = time.monotonic() + WAIT_S
    while Import.objects.filter(pk__in=[one.pk for one in taken], state__in=ENDED).count() < len(
        taken
    ):
        assert time.monotonic() < until, list(Import.objects.values("name", "state", "error"))
        time.sleep(0.05)
    connection.close()
