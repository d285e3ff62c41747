"""Of what the real-time service tells nothing waits for anything, also behind a restart."""

from __future__ import annotations

import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from zertify_sources import Nmi

from tests.builders.enforcement.nmi import COPIER, REQUEST, element, listening, token
from tests.builders.enforcement.records import Connection

BURST = 50


def record(number: int) -> bytes:
    return Connection(number=number).at(4, 1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in and its program work, with buffers."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "copier.py").write_text(COPIER)
    for number in range(BURST + 2):
        (tmp_path / str(number)).write_bytes(element(record(number)))
    return tmp_path


def test_what_is_told_at_once_is_taken_at_once(place: Path) -> None:
    """Each look takes everything; half a message waits for its rest, alone."""
    with listening() as stack:
        source = Nmi("nmi", [sys.executable, "copier.py"], print)
        came, _ = stack.accept()
    with came:
        assert came.recv(1_000) == REQUEST
        last = token(str(BURST))
        came.sendall(b"".join(token(str(number)) for number in range(BURST)) + last[:20])
        read = source.read()
        assert read is not None
        assert read[0] == b"".join(map(record, range(BURST)))
        assert source.read() is None
        came.sendall(last[20:])
        assert source.read() == (record(BURST), None)
        source.close()


def test_a_socket_that_is_closed_is_opened_again(place: Path) -> None:
    said: list[str] = []
    with listening() as stack:
        source = Nmi("nmi", [sys.executable, "copier.py"], said.append)
        came, _ = stack.accept()
    with came:
        came.recv(1_000)
        came.sendall(token("0"))
    assert source.read() == (record(0), None), "what was told before counts"
    assert said == ["the real-time service is gone and tried again: TCP/IP has closed the socket"]
    assert source.read() is None
    (place / "nmi").unlink()
    with listening() as stack:
        stack.settimeout(0)
        until = time.monotonic() + 30
        while (came := _accepted(stack)) is None:
            assert source.read() is None
            assert time.monotonic() < until
            time.sleep(0.05)
    with came:
        assert came.recv(1_000) == REQUEST
        came.sendall(token("1"))
        assert source.read() == (record(1), None)
        assert said[1:] == ["the real-time service is back"]
        source.close()


def _accepted(stack: socket.socket) -> socket.socket | None:
    with suppress(BlockingIOError):
        return stack.accept()[0]
    return None
