"""A real rsyslogd on ports of its own, and `manage.py follow` as a process."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from policy.values.actions import Action
from policy.writer import write
from tests.builders.enforcement.records import TLS12, Connection, policy
from tests.conftest import ROOT

RSYSLOGD = shutil.which("rsyslogd") or (
    "/usr/sbin/rsyslogd" if Path("/usr/sbin/rsyslogd").exists() else ""
)
needs_rsyslogd = pytest.mark.skipif(
    not RSYSLOGD and os.environ.get("CI") != "true", reason="no rsyslogd on this machine"
)
LEVEL = 3
NOT_LIMITED = ("--setting", "per_rule=1000000", "--setting", "over_all=1000000")
_CONNECTION = re.compile(r"connid= ([0-9A-F]{8})")
_INPUTS = {
    "udp": 'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="{port}")',
    "tcp": 'module(load="imtcp")\ninput(type="imtcp" address="127.0.0.1" port="{port}")',
    "tls": 'module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1"'
    ' StreamDriver.AuthMode="x509/certvalid")\n'
    'input(type="imtcp" address="127.0.0.1" port="{port}")',
    "unix": 'module(load="imuxsock" SysSock.Use="off")\n'
    'input(type="imuxsock" Socket="{place}/log" UseSpecialParser="off" ParseHostname="on")',
}
_CONFIG = """
global(workDirectory="{place}" maxMessageSize="8k"{tls})
{input}
template(name="plain" type="string"
 string="%syslogfacility-text% %syslogseverity% %app-name% %structured-data% %msg%\\n")
local5.* action(type="omfile" file="{place}/received" template="plain")
"""


@dataclass
class Rsyslog:
    """A server that writes what it gets in local5 to a file."""

    place: Path
    kind: str
    port: int
    certificates: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        if self.kind == "unix":
            return f"unix://{self.place}/log"
        return f"{self.kind}://{'localhost' if self.kind == 'tls' else '127.0.0.1'}:{self.port}"

    def start(self) -> None:
        tls = ""
        if self.certificates:
            tls = "".join(
                f' DefaultNetstreamDriver{name}="{self.certificates}/{file}.pem"'
                for name, file in (("CAFile", "ca"), ("CertFile", "server"), ("KeyFile", "key"))
            )
        lines = _INPUTS[self.kind].format(place=self.place, port=self.port)
        config = self.place / "rsyslog.conf"
        config.write_text(_CONFIG.format(place=self.place, input=lines, tls=tls))
        (self.place / "pid").unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [RSYSLOGD, "-n", "-f", str(config), "-i", str(self.place / "pid")]
        )
        wait_for((self.place / "pid").exists)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def received(self) -> list[str]:
        path = self.place / "received"
        return path.read_text().splitlines() if path.exists() else []

    def connections(self) -> list[int]:
        return connections("\n".join(self.received()))


def connections(text: str) -> list[int]:
    """Connections in the order of their first message."""
    return list(dict.fromkeys(int(one, 16) for one in _CONNECTION.findall(text)))


@dataclass
class Follow:
    """`manage.py follow` in a folder of its own."""

    place: Path
    feed: Path
    arguments: tuple[str, ...]
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        rules = self.place / "site.policy"
        action = Action("Log", syslog_level=LEVEL, console=True, audit=True)
        rules.write_text(write(policy(tls=action)))
        self.process = subprocess.Popen(
            [
                *(sys.executable, "manage.py", "follow", str(self.feed)),
                *("--policy", str(rules), "--state", str(self.place / "state")),
                *(*NOT_LIMITED, *self.arguments),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()

    def end(self) -> str:
        """End it as a service manager does; return what it said."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        out, error = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, error
        return out


def records(first: int, count: int) -> list[bytes]:
    """A connection each."""
    return [
        Connection(number=number).at(1, number / 100, {"TLS": TLS12})
        for number in range(first, first + count)
    ]


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def wait_for(is_so: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
