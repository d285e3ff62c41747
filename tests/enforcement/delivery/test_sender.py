"""Delivery to sockets of the test: bounded, again after a failure, acknowledged on disk."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from enforcement.delivery import atomic, sender
from enforcement.delivery import spool as spool_room
from enforcement.delivery.addresses import parse
from enforcement.delivery.errors import SpoolError
from enforcement.delivery.sender import Sender
from enforcement.delivery.spool import Place, Spool
from enforcement.delivery.transports import Server
from tests.ports import free_port


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "SETTLE_S", 0.2)
    monkeypatch.setattr(sender, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(sender, "LONGEST_WAIT_S", 0.1)


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def listening(place: int = 0) -> socket.socket:
    found = socket.create_server(("127.0.0.1", place))
    found.settimeout(20)
    return found


def started(tmp_path: Path, url: str, said: list[str], rate: int = 10_000) -> Sender:
    one = Sender(Server(parse(url)), tmp_path, rate, said.append, lambda: 1 << 30)
    one.start()
    return one


def filled(tmp_path: Path, count: int) -> Spool:
    one = Spool(tmp_path / "spool", Place())
    one.put([b"m%05d" % number for number in range(count)])
    return one


def read(connection: socket.socket, size: int) -> bytes:
    connection.settimeout(20)
    found = b""
    while len(found) < size:
        found += connection.recv(size - len(found))
    return found


def test_a_connection_that_breaks_early_is_sent_again_one_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "SETTLE_S", 3)  # longer than this process may be away
    said: list[str] = []
    with listening() as server:
        port = server.getsockname()[1]
        spool = filled(tmp_path, 100)
        one = started(tmp_path, f"tcp://127.0.0.1:{port}", said)
        first, _ = server.accept()
        assert read(first, 9) == b"6 m00000 "[:8] + b"6"
        first.close()
        again, _ = server.accept()
        assert read(again, 8) == b"6 m00000"
        again.settimeout(0.1)
        with pytest.raises(TimeoutError):
            again.recv(1)  # until the first has settled
        assert len(read(again, 99 * 8)) == 792
        until(lambda: one.acked == spool.place)
        one.finish(5)
        again.close()
    assert atomic.load(tmp_path / "acked.json")["sequence"] == 100
    assert said[0].startswith("the syslog server can't be reached")
    assert said[-1] == "the syslog server takes messages again"
    spool.close()


def test_no_more_than_the_rate(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        spool = filled(tmp_path, 150)
        begin = time.monotonic()
        one = started(tmp_path, f"udp://127.0.0.1:{server.getsockname()[1]}", [], rate=100)
        found = [server.recv(100) for _ in range(150)]
        assert time.monotonic() - begin > 1.2
        assert found == [b"m%05d" % number for number in range(150)]
        one.finish(5)
    spool.close()


@pytest.mark.parametrize("kind", ["udp", "unix"])
def test_a_server_that_is_not_there_yet(tmp_path: Path, kind: str) -> None:
    said: list[str] = []
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    where: str | tuple[str, int] = str(tmp_path / "log")
    if kind == "udp":
        where = ("127.0.0.1", free_port())
    url = f"unix://{where}" if kind == "unix" else f"udp://127.0.0.1:{where[1]}"
    spool = filled(tmp_path, 50)
    one = started(tmp_path, url, said)
    until(lambda: bool(said))
    with socket.socket(family, socket.SOCK_DGRAM) as server:
        server.bind(where)
        server.settimeout(20)
        found: dict[bytes, None] = {}
        while len(found) < 50:
            found[server.recv(100)] = None
        assert list(found) == [b"m%05d" % number for number in range(50)]
        one.finish(5)
    assert atomic.load(tmp_path / "acked.json")["sequence"] == 50
    spool.close()


def test_the_rest_stays_when_time_is_over(tmp_path: Path) -> None:
    spool = filled(tmp_path, 5)
    one = started(tmp_path, f"unix://{tmp_path}/nobody", [])
    one.finish(0.3)
    assert atomic.load(tmp_path / "acked.json")["sequence"] == 0
    spool.close()


def test_what_a_kill_would_write_anew_is_not_counted_as_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_room, "SEGMENT_BYTES", 1)
    spool, kept, acked = filled(tmp_path, 3), [1], tmp_path / "acked.json"
    spool.mark().secure()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "log"))
        server.settimeout(20)
        url = f"unix://{tmp_path}/log"
        one = Sender(Server(parse(url)), tmp_path, 1_000, print, lambda: kept[0])
        one.start()
        assert [server.recv(100) for _ in range(3)] == [b"m00000", b"m00001", b"m00002"]
        until(lambda: acked.exists() and atomic.load(acked)["sequence"] == 3)
        spool.put([b"next"])
        assert server.recv(100) == b"next"
        until(lambda: one.acked == spool.place)
        time.sleep(0.5)
        assert atomic.load(acked)["sequence"] == 3
        assert (tmp_path / "spool" / f"{1:010d}").exists()
        kept[0] = 2
        until(lambda: atomic.load(acked)["sequence"] == 4)
        until(lambda: not (tmp_path / "spool" / f"{1:010d}").exists())
        one.finish(5)
    spool.close()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"seg', "is damaged"),
        ('{"what": 1}', "is damaged"),
        ('{"segment": 7}', "do not belong together"),
    ],
)
def test_a_place_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "acked.json").write_text(text)
    filled(tmp_path, 1).close()
    with pytest.raises(SpoolError, match=message):
        started(tmp_path, "udp://localhost", [])
