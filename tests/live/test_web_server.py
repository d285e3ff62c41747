"""Records through the web server that the product runs: bodies in chunks, as a stream has them."""

from __future__ import annotations

import gzip
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
import zstandard

from config import processes
from enforcement.models import Feed
from tests.conftest import ROOT
from tests.live.service import ADDRESS, records
from tests.live.test_records import stored
from tests.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port(process_environment: dict[str, str], own_state: Path) -> Iterator[int]:
    """The web server as `make serve` starts it."""
    found = free_port()
    command = processes.commands()["web"]
    command[command.index("--port") + 1] = str(found)
    with (own_state / "web.log").open("wb") as log:
        web = subprocess.Popen(command, cwd=ROOT, env=process_environment, stdout=log, stderr=log)
    until = time.monotonic() + 60
    while not processes.is_ready("127.0.0.1", found, "localhost"):
        assert time.monotonic() < until, (own_state / "web.log").read_text()
        time.sleep(0.2)
    yield found
    web.terminate()
    web.wait()


def post(port: int, token: str, body: Iterable[bytes], **more: str) -> tuple[int, str]:
    web = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Token {token}", "Idempotency-Key": "k", "Host": "localhost"}
    web.request("POST", ADDRESS, body, headers | more, encode_chunked=True)
    answer: HTTPResponse = web.getresponse()
    try:
        return answer.status, answer.read().decode()
    finally:
        web.close()


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


CHUNKED = {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize(
    ("encoding", "packed"), [("gzip", gzip.compress), ("zstd", zstandard.compress)]
)
def test_a_chunked_body_is_taken(
    port: int, token: str, encoding: str, packed: Callable[[bytes], bytes]
) -> None:
    data = records(1, 300)
    body = pieces(packed(data), 1_000)
    status, said = post(port, token, body, **CHUNKED, **{"Content-Encoding": encoding})
    assert (status, '"records":300' in said) == (201, True), said
    assert stored() == data


def test_a_chunked_body_that_is_too_large_is_refused(port: int, token: str) -> None:
    body = pieces(gzip.compress(random.Random(1).randbytes(17 << 20)), 1 << 20)
    status, said = post(port, token, body, **CHUNKED, **{"Content-Encoding": "gzip"})
    assert (status, "larger than 16777216 bytes" in said) == (413, True), said
    assert not Feed.objects.exists()


def test_a_chunked_body_must_tell_its_end(port: int, token: str) -> None:
    status, said = post(port, token, pieces(records(1, 3), 500), **CHUNKED)
    assert (status, "must be packed" in said) == (400, True), said


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_body_that_breaks_off_brings_nothing(port: int, token: str, is_chunked: bool) -> None:
    data = records(1, 300)
    body = gzip.compress(data) if is_chunked else data
    how = (
        "Transfer-Encoding: chunked\r\nContent-Encoding: gzip"
        if is_chunked
        else f"Content-Length: {len(body)}"
    )
    head = (
        f"POST {ADDRESS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token {token}\r\n"
        f"Idempotency-Key: k\r\n{how}\r\n\r\n"
    )
    half = body[: len(records(1, 150))] if not is_chunked else body[: len(body) // 2]
    sent = b"%x\r\n" % len(half) + half + b"\r\n" if is_chunked else half
    with socket.create_connection(("127.0.0.1", port)) as web:
        web.sendall(head.encode() + sent)
        time.sleep(0.5)
    time.sleep(1)
    assert not Feed.objects.exists()
    again = {"Content-Encoding": "gzip"}
    assert post(port, token, pieces(gzip.compress(data), 500), **CHUNKED, **again)[0] == 201
    assert stored() == data
