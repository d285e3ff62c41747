"""What tests of live feeds work with: posts, a stack with a policy, `manage.py live`."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from designer import workspace
from designer.models import Installation, Stack
from enforcement.models import LiveMessage
from policy import documents
from policy.model import Policy
from policy.values.actions import Action
from tests.builders.enforcement.records import TLS12, Connection, policy
from tests.conftest import ROOT

ADDRESS = "/api/v1/live/records"
LOGS = policy(tls=Action("Log", syslog_level=3, console=True))
WITHOUT_LIMIT = "per_rule=1000000,over_all=1000000"


def records(first: int, count: int, system: str = "SYSA") -> bytes:
    """A connection each."""
    return b"".join(
        Connection(number=number, system=system).at(1, number / 100, {"TLS": TLS12})
        for number in range(first, first + count)
    )


@dataclass
class Poster:
    """Posts with a token, each body under a key of its own unless one is given."""

    token: str
    count: int = 0

    def __call__(self, body: bytes, key: str = "", feed: str = "main", **headers: str) -> Any:
        self.count += 1
        return Client().post(
            f"{ADDRESS}?feed={feed}",
            body,
            content_type="application/octet-stream",
            headers={
                "Authorization": f"Token {self.token}",
                "Idempotency-Key": key or f"key-{self.count}",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )


def stack_named(by: User, system: str = "SYSA", name: str = "TCPIP") -> Stack:
    now = timezone.now()
    group = workspace.make_group(name=f"G{system}{name}", by=by, now=now)
    found = workspace.make_system(group=group, name=system, sysplex="PLEXA", by=by, now=now)
    return workspace.make_stack(system=found, name=name, by=by, now=now)


def install(stack: Stack, rules: Policy, by: User, digest: str = "a") -> datetime:
    """Record that a policy is installed, without the way through versions and approval."""
    now = timezone.now()
    Installation.objects.create(
        stack=stack,
        document=documents.to_tree(rules),
        policy_file="",
        digest=digest * 64,
        dialect="shipped",
        installed_by=by,
        installed_by_name=by.get_username(),
        installed_at=now,
    )
    return now


@dataclass
class Live:
    """The service in a state directory."""

    environment: dict[str, str]
    place: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def log(self) -> Path:
        return self.place / "live.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "live"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        """End it as a service manager does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.log.read_text()

    def wait(self, is_so: Callable[[], bool], seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while not is_so():
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)


def said(kind: str = "syslog", feed: str = "main") -> list[str]:
    rows = LiveMessage.objects.filter(feed__name=feed, kind=kind).order_by("sequence")
    return list(rows.values_list("text", flat=True))
