"""The forwarder as a process against a server: once each, whatever is lost on the way."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from enforcement.models import Feed, Post
from tests.conftest import ROOT
from tests.live.service import records
from tests.live.test_records import stored
from tests.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Forward:
    """`zertify_forward.py` with a spool and a token of its own."""

    place: Path
    token: str
    url: str
    source: tuple[object, ...]
    is_plain: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def log(self) -> Path:
        return self.place / "forward.log"

    def start(self, *more: object) -> None:
        key = self.place / "token"
        key.write_text(self.token + "\n")
        given = ("--url", self.url, "--token-file", key, "--spool", self.place / "spool")
        given += ("--plain-http",) if self.is_plain else ()
        self.log.unlink(missing_ok=True)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, str(ROOT / "contrib" / "zertify_forward.py")),
                    *map(str, (*given, *self.source, *more)),
                ],
                stderr=log,
                cwd=self.place,
            )

    def end(self, code: int = 0) -> str:
        assert self.process is not None
        if not code:
            wait_for(lambda: "forwards to" in self.log.read_text())
            self.process.send_signal(signal.SIGTERM)
        found = self.process.wait(30)
        assert found == code, self.log.read_text()
        return self.log.read_text()

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def forward_of(live_server: Any, token: str, tmp_path: Path) -> Iterator[Callable[..., Forward]]:
    made: list[Forward] = []

    def make(*source: object, url: str = "", key: str = "") -> Forward:
        made.append(Forward(tmp_path, key or token, url or live_server.url, source))
        return made[-1]

    yield make
    for one in made:
        one.kill()


def arrived(data: bytes) -> bool:
    return Feed.objects.filter(name="main").exists() and stored() == data


def wait_for(is_so: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_a_file_is_forwarded_as_it_grows_and_is_rotated(
    forward_of: Callable[..., Forward], tmp_path: Path
) -> None:
    feed, data = tmp_path / "zert", records(1, 30)
    append(feed, data[:1_000])
    forward = forward_of("--file", feed)
    forward.start()
    time.sleep(1)
    append(feed, data[1_000:])
    wait_for(lambda: arrived(data))
    feed.rename(tmp_path / "zert.1")
    append(feed, records(31, 3))
    wait_for(lambda: arrived(records(1, 33)))
    forward.end()
    append(feed, records(34, 2))
    feed.rename(tmp_path / "zert.2")
    append(feed, records(36, 1))
    forward.start()
    wait_for(lambda: arrived(records(1, 36)))
    assert len(forward.end().splitlines()) == 1
    assert list((tmp_path / "spool").glob("*.batch")) == []


class Proxy(threading.Thread):
    """Passes requests on, and hangs up in the place of the first answers."""

    def __init__(self, port: int, to: int, losses: int) -> None:
        super().__init__(daemon=True)
        self._to, self.losses = to, losses
        self._listening = socket.create_server(("127.0.0.1", port))

    def run(self) -> None:
        while True:
            came, _ = self._listening.accept()
            with came, socket.create_connection(("127.0.0.1", self._to)) as server:
                self._exchange(came, server)

    def _exchange(self, came: socket.socket, server: socket.socket) -> None:
        while request := everything(came):
            server.sendall(request)
            answer = everything(server, at_least=1)
            if self.losses:
                self.losses -= 1
                return
            came.sendall(answer)


def everything(end: socket.socket, at_least: int = 0) -> bytes:
    """What comes until nothing does for half a second."""
    found = b""
    end.settimeout(0.5)
    for _ in range(60):
        try:
            part = end.recv(65_536)
        except TimeoutError:
            if len(found) >= at_least:
                return found
            continue
        if not part:
            return found
        found += part
    return found


def test_an_answer_that_is_lost_doubles_nothing(
    forward_of: Callable[..., Forward], tmp_path: Path, live_server: Any
) -> None:
    feed, port = tmp_path / "zert", free_port()
    append(feed, records(1, 5))
    forward = forward_of("--file", feed, url=f"http://127.0.0.1:{port}")
    forward.start()
    time.sleep(1.5)
    proxy = Proxy(port, live_server.thread.port, losses=2)
    proxy.start()
    wait_for(lambda: not proxy.losses and not list((tmp_path / "spool").glob("*.batch")))
    assert stored() == records(1, 5)
    assert Post.objects.count() == 1
    assert "they wait in the spool (0)" in forward.end()


def test_small_batches_do_not_outrun_slow_posts(
    forward_of: Callable[..., Forward], tmp_path: Path, live_server: Any
) -> None:
    feed, port = tmp_path / "zert", free_port()
    append(feed, records(1, 1))
    forward = forward_of("--file", feed, url=f"http://127.0.0.1:{port}")
    forward.start()
    batches = (tmp_path / "spool").glob
    wait_for(lambda: bool([*batches("*.batch")]))
    begin = time.monotonic()
    for number in range(2, 80):
        append(feed, records(number, 1))
        time.sleep(0.05)
    assert len([*batches("*.batch")]) <= 3 + time.monotonic() - begin
    Proxy(port, live_server.thread.port, losses=0).start()
    wait_for(lambda: arrived(records(1, 79)))
    assert "they wait in the spool (0)" in forward.end()


def test_kills_double_nothing(forward_of: Callable[..., Forward], tmp_path: Path) -> None:
    feed = tmp_path / "zert"
    feed.touch()
    forward = forward_of("--file", feed)
    for turn in range(4):
        forward.start()
        append(feed, records(turn * 50 + 1, 50))
        goal = turn * 50
        wait_for(lambda goal=goal: sum(Post.objects.values_list("records", flat=True)) >= goal)
        time.sleep(0.1 * turn)
        forward.kill()
    forward.start()
    wait_for(lambda: arrived(records(1, 200)))
    forward.end()


def test_a_full_spool_leaves_records_in_the_file(
    forward_of: Callable[..., Forward], tmp_path: Path
) -> None:
    feed = tmp_path / "zert"
    append(feed, records(1, 3))
    forward = forward_of("--file", feed, key="wrong")
    forward.start("--spool-mb", 0)
    append(feed, records(4, 3))
    time.sleep(1.5)
    assert list((tmp_path / "spool").glob("*.batch")) == []
    forward.end()
    forward.token = forward_of().token
    forward.start()
    wait_for(lambda: arrived(records(1, 6)))
    forward.end()


def test_what_is_no_record_ends_it(forward_of: Callable[..., Forward], tmp_path: Path) -> None:
    feed = tmp_path / "zert"
    feed.write_bytes(b"\0\1\0\0")
    forward = forward_of("--file", feed)
    forward.start()
    assert "an RDW can't say 1" in forward.end(code=2)
