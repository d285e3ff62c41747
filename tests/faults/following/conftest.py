"""Servers and processes for these tests, killed at their end."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.following.servers import Follow, Rsyslog
from tests.ports import free_port


@pytest.fixture
def server_of(tmp_path: Path) -> Iterator[Callable[[str], Rsyslog]]:
    """Servers by the name of their transport; killed at the end."""
    made: list[Rsyslog] = []

    def make(kind: str) -> Rsyslog:
        certificates = certificates_in(tmp_path) if kind == "tls" else None
        made.append(Rsyslog(tmp_path, kind, free_port(), certificates))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.kill()


@pytest.fixture
def follow_of(tmp_path: Path) -> Iterator[Callable[..., Follow]]:
    """Processes that follow a feed; killed at the end."""
    made: list[Follow] = []

    def make(feed: Path, *arguments: object) -> Follow:
        made.append(Follow(tmp_path, feed, tuple(map(str, arguments))))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.kill()


def certificates_in(place: Path) -> Path:
    """An authority, and the certificates of a server and a client."""
    run = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    common = ("-nodes", "-days", "2")
    made = (
        ("ca", "cakey", "/CN=Site", ()),
        ("server", "key", "/CN=localhost", ("-addext", "subjectAltName=DNS:localhost")),
        ("client", "clientkey", "/CN=zertify", ()),
    )
    for name, key, subject, more in made:
        signed = () if name == "ca" else ("-CA", "ca.pem", "-CAkey", "cakey.pem")
        usage = () if name == "ca" else ("-addext", "basicConstraints=critical,CA:FALSE")
        files = ("-keyout", f"{key}.pem", "-out", f"{name}.pem", "-subj", subject)
        subprocess.run(
            [*run, *common, *files, *signed, *usage, *more],
            cwd=place,
            check=True,
            capture_output=True,
        )
    return place
