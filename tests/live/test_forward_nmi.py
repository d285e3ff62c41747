"""The forwarder and the real-time service: it is followed also behind a restart of the stack."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.builders.enforcement.nmi import (
    COPIER,
    INIT,
    REQUEST,
    TERM,
    element,
    listening,
    message,
    token,
)
from tests.live.service import records
from tests.live.test_forward import Forward, arrived, forward_of, wait_for

__all__ = ["forward_of"]
pytestmark = pytest.mark.django_db(transaction=True)


class Stack(threading.Thread):
    """One life of the service: it tells of buffers, and is stopped."""

    def __init__(self, *names: str) -> None:
        super().__init__(daemon=True)
        self._names, self._listening = names, listening()
        self.asked = b""
        self.is_stopped = threading.Event()
        self.start()

    def run(self) -> None:
        with self._listening:
            came, _ = self._listening.accept()
        with came:
            self.asked = came.recv(1_000)
            came.sendall(message(INIT, bytes(48)))
            for name in self._names:
                self._tell(came, token(name))
            self.is_stopped.wait()
            with suppress(BrokenPipeError):  # the forwarder may have ended before
                came.sendall(message(TERM, bytes(16)))

    @staticmethod
    def _tell(came: socket.socket, told: bytes) -> None:
        came.sendall(told[:7])
        time.sleep(0.05)
        came.sendall(told[7:])


def test_the_real_time_service_as_documented(
    forward_of: Callable[..., Forward], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, two, three = records(1, 1), records(2, 1), records(3, 1)
    junk = element(b"packet trace", kind=4)
    (tmp_path / "first").write_bytes(element(one) + junk + element(two) + b"\0\0")
    (tmp_path / "second").write_bytes(element(three) + b"\0\0")
    (tmp_path / "third").write_bytes(element(records(4, 1)))
    (tmp_path / "copier.py").write_text(COPIER)
    stack = Stack("first", "gone", "second")
    forward = forward_of("--nmi", "nmi", "--copy", sys.executable, "copier.py")
    forward.start()
    wait_for(lambda: arrived(one + two + three))
    assert stack.asked == REQUEST
    stack.is_stopped.set()
    ended = "the real-time service is gone and tried again: TCP/IP has ended the service"
    wait_for(lambda: ended in forward.log.read_text())
    (tmp_path / "nmi").unlink()
    again = Stack("third")
    wait_for(lambda: arrived(records(1, 4)))
    assert again.asked == REQUEST
    said = forward.end()
    assert "format 4" in said
    assert "gone before it could be copied" in said
    assert "the real-time service is back" in said
    again.is_stopped.set()


def test_a_service_that_is_not_there_at_the_start_ends_it(
    forward_of: Callable[..., Forward], tmp_path: Path
) -> None:
    (tmp_path / "copier.py").write_text(COPIER)
    forward = forward_of("--nmi", "nowhere", "--copy", sys.executable, "copier.py")
    forward.start()
    assert "No such file" in forward.end(code=2)
