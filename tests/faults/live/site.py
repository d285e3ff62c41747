"""A whole site on PostgreSQL and Valkey of its own: what is killed here leaves the others alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from config.processes import is_ready
from tests.conftest import ROOT
from tests.faults.own_servers import OwnServers
from tests.live.service import WITHOUT_LIMIT
from tests.ports import free_port

PREPARE = """
import django
django.setup()
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from analyzer.tokens import TokenDraft, make_token
from tests.live.service import LOGS, install, stack_named
user = User.objects.create_user("FEEDER")
user.user_permissions.add(Permission.objects.get(codename="import_dump"))
install(stack_named(user), LOGS, user)
print(make_token(draft=TokenDraft("f", ("live",)), by=user, now=timezone.now()))
"""


class Site:
    """Processes by name; each can be started, killed and started again."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.servers = OwnServers(place / "var")
        self.port = free_port()
        self.token = self.servers.run("-c", PREPARE).strip()
        self.environment = {
            **self.servers.environment,
            "ZERTIFY_LIVE_SETTINGS": WITHOUT_LIMIT,
            "ZERTIFY_LIVE_IMPORT_S": "2",
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        (place / "token").write_text(self.token)
        self.feed = place / "zert"
        self.feed.touch()

    def start(self, *names: str) -> None:
        for name in names:
            with (self.place / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    self._commands()[name],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        if "web" in names:
            self.wait(lambda: is_ready("127.0.0.1", self.port, "localhost"), "no web")

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for name in [*self.processes]:
            self.kill(name)
        self.servers.end()

    def rows(self, query: str, *params: object) -> list[Any]:
        with psycopg.connect(self.servers.postgresql.url) as connection:
            return connection.execute(query, params).fetchall()  # type: ignore[call-overload]

    def one(self, query: str, *params: object) -> Any:
        return self.rows(query, *params)[0][0]

    def append(self, data: bytes) -> None:
        with self.feed.open("ab") as file:
            file.write(data)

    def said(self) -> str:
        return "\n".join(
            f"--- {one.name}\n{one.read_text()[-3000:]}" for one in self.place.glob("*.log")
        )

    def wait(self, is_so: Callable[[], bool], what: str, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < until, f"{what}\n{self.said()}"
            time.sleep(0.1)

    def worked_on(self) -> int:
        """Records that the service has worked on."""
        found = self.rows("SELECT records FROM enforcement_progress")
        return int(found[0][0]) if found else 0

    def _commands(self) -> dict[str, list[str]]:
        celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
        forwarder = str(ROOT / "contrib" / "zertify_forward.py")
        return {
            "web": [
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *("config.wsgi:application", "--host", "127.0.0.1", "--port", str(self.port)),
                *("--workers", "1", "--blocking-threads", "2", "--no-ws"),
            ],
            "live": [sys.executable, "manage.py", "live"],
            "follow": [
                *(sys.executable, "manage.py", "follow", str(self.feed), "--installed"),
                *("--store", "followed", "--state", str(self.place / "state")),
                *("--setting", "per_rule=1000000", "--setting", "over_all=1000000"),
            ],
            "worker": [
                *(*celery, "worker", "-Q", "imports,default", "-c", "1", "-l", "INFO"),
                *("--without-gossip", "--without-mingle"),
            ],
            "forward": [
                *(sys.executable, forwarder, "--url", f"http://127.0.0.1:{self.port}"),
                *("--plain-http", "--token-file", str(self.place / "token")),
                *("--spool", str(self.place / "spool"), "--file", str(self.feed)),
            ],
        }


def whole(rows: list[Any]) -> list[int]:
    """Connections of the messages to syslogd, in their order."""
    return [int(text.split("connid= ")[1][:8], 16) for (text,) in rows]
