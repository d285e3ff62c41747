"""Messages reach a real rsyslogd in local5, and kills of either end lose none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.following.servers import (
    LEVEL,
    Follow,
    Rsyslog,
    append,
    needs_rsyslogd,
    records,
    wait_for,
)

pytestmark = [pytest.mark.faults, needs_rsyslogd]
EACH = 60


def tls_files(server: Rsyslog) -> list[str]:
    place = server.certificates
    if place is None:
        return []
    return [
        *("--tls-ca", f"{place}/ca.pem"),
        *("--tls-cert", f"{place}/client.pem", "--tls-key", f"{place}/clientkey.pem"),
    ]


@pytest.mark.parametrize("form", ["rfc3164", "rfc5424"])
@pytest.mark.parametrize("kind", ["udp", "tcp", "tls", "unix"])
def test_messages_arrive_also_when_the_server_is_killed(
    tmp_path: Path,
    server_of: Callable[[str], Rsyslog],
    follow_of: Callable[..., Follow],
    kind: str,
    form: str,
) -> None:
    server, feed = server_of(kind), tmp_path / "feed"
    append(feed, b"".join(records(1, EACH)))
    follow = follow_of(feed, "--syslog", server.url, "--format", form, *tls_files(server))
    wait_for(lambda: len(server.connections()) == EACH)
    server.kill()
    append(feed, b"".join(records(EACH + 1, EACH)))
    state = tmp_path / "state" / "spool"
    before = sum(one.stat().st_size for one in state.iterdir())
    wait_for(lambda: sum(one.stat().st_size for one in state.iterdir()) >= 1.9 * before)
    server.start()
    append(feed, b"".join(records(2 * EACH + 1, EACH)))
    wait_for(lambda: len(server.connections()) == 3 * EACH)
    follow.end()
    assert server.connections() == list(range(1, 3 * EACH + 1))
    assert {line.split()[:3][i] for line in server.received() for i in (0, 1)} == {
        "local5",
        str(LEVEL),
    }
    assert all(line.split()[2].rstrip(":") == "TRMD" for line in server.received())
    if form == "rfc5424":
        numbers = {line.split('sequenceId="')[1].split('"')[0] for line in server.received()}
        assert numbers == {str(one) for one in range(1, 3 * EACH + 1)}


def test_lines_are_frames_too(
    tmp_path: Path, server_of: Callable[[str], Rsyslog], follow_of: Callable[..., Follow]
) -> None:
    server, feed = server_of("tcp"), tmp_path / "feed"
    append(feed, b"".join(records(1, EACH)))
    follow = follow_of(feed, "--syslog", server.url, "--frames", "lines")
    wait_for(lambda: server.connections() == list(range(1, EACH + 1)))
    follow.end()


@pytest.mark.parametrize(("authority", "host"), [("client", "localhost"), ("ca", "127.0.0.1")])
def test_a_server_that_cannot_prove_its_name_gets_nothing(
    tmp_path: Path,
    server_of: Callable[[str], Rsyslog],
    follow_of: Callable[..., Follow],
    authority: str,
    host: str,
) -> None:
    server, feed = server_of("tls"), tmp_path / "feed"
    append(feed, b"".join(records(1, EACH)))
    files = ("--tls-ca", f"{tmp_path}/{authority}.pem")
    follow = follow_of(feed, "--syslog", f"tls://{host}:{server.port}", *files)
    assert follow.process is not None
    assert follow.process.stderr is not None
    assert "certificate verify failed" in follow.process.stderr.readline()
    follow.end()
    assert server.received() == []
