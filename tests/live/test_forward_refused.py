"""The forwarder and a server that refuses, is slow, or would see the token in clear."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from enforcement.models import Feed
from tests.live.service import Poster, records
from tests.live.test_forward import Forward, append, arrived, forward_of, wait_for
from tests.live.test_records import stored

__all__ = ["forward_of"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_what_the_server_refuses_as_a_whole_ends_it(
    forward_of: Callable[..., Forward], tmp_path: Path
) -> None:
    feed = tmp_path / "zert"
    append(feed, records(1, 2))
    forward = forward_of("--file", feed, key="wrong")
    forward.start()
    wait_for(lambda: "they wait in the spool (401)" in forward.log.read_text())
    forward.end()
    forward.token = forward_of().token
    forward.start("--feed", "No name")
    said = forward.end(code=2)
    assert "takes nothing that is posted like this (400)" in said
    assert "no name of a feed" in said
    assert list((tmp_path / "spool").glob("*.refused")) == []
    forward.start()
    wait_for(lambda: arrived(records(1, 2)))
    forward.end()


def test_a_batch_that_is_refused_is_set_aside_alone(
    forward_of: Callable[..., Forward], tmp_path: Path, post: Poster
) -> None:
    feed, spool = tmp_path / "zert", tmp_path / "spool"
    spool.mkdir()
    (spool / "state.json").write_text('{"name": "ours"}')
    post(records(9, 1), key="ours-1")  # its key was used for others
    append(feed, records(1, 2))
    forward = forward_of("--file", feed)
    forward.start()
    wait_for(lambda: bool(list(spool.glob("*.refused"))))
    append(feed, records(3, 1))
    wait_for(lambda: arrived(records(9, 1) + records(3, 1)))
    assert "refuses 000000000001.batch for good (409), set aside" in forward.end()
    forward.start("--spool-mb", 0)
    append(feed, records(4, 1))
    time.sleep(1.5)
    assert stored() == records(9, 1) + records(3, 1), "what is set aside counts too"
    forward.end()


def test_http_must_be_meant(forward_of: Callable[..., Forward], tmp_path: Path) -> None:
    feed = tmp_path / "zert"
    append(feed, records(1, 1))
    forward = forward_of("--file", feed)
    forward.is_plain = False
    forward.start()
    assert "use https://, or say --plain-http" in forward.end(code=2)
    assert not Feed.objects.exists()


def test_a_batch_that_a_crash_brings_back_is_not_posted_again(
    forward_of: Callable[..., Forward], tmp_path: Path
) -> None:
    feed, spool = tmp_path / "zert", tmp_path / "spool"
    append(feed, records(1, 2))
    forward = forward_of("--file", feed, key="wrong")
    forward.start()
    batch = spool / "000000000001.batch"
    wait_for(batch.exists)
    forward.end()
    kept = batch.read_bytes()
    forward.token = forward_of().token
    forward.start()
    wait_for(lambda: arrived(records(1, 2)))
    append(feed, records(3, 2))
    wait_for(lambda: arrived(records(1, 4)))
    forward.end()
    batch.write_bytes(kept)  # its removal had not reached the disk
    forward.start()
    append(feed, records(5, 1))
    wait_for(lambda: arrived(records(1, 5)))
    forward.end()
    assert Feed.objects.get().records == 5


class Slow(threading.Thread):
    """A server that takes connections and says nothing."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.taken: list[socket.socket] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def run(self) -> None:
        while True:
            self.taken.append(self.listening.accept()[0])


def test_a_slow_server_does_not_hold_up_reading(
    forward_of: Callable[..., Forward], tmp_path: Path
) -> None:
    feed, slow = tmp_path / "zert", Slow()
    slow.start()
    append(feed, records(1, 1))
    forward = forward_of("--file", feed, url=slow.url)
    forward.start()
    wait_for(lambda: bool(slow.taken))
    for number in (2, 3):
        append(feed, records(number, 1))
        wait_for(
            lambda number=number: len(list((tmp_path / "spool").glob("*.batch"))) == number,
            seconds=10,
        )
    forward.end()


def test_a_spool_is_that_of_one_process(forward_of: Callable[..., Forward], tmp_path: Path) -> None:
    feed = tmp_path / "zert"
    append(feed, records(1, 1))
    first, second = forward_of("--file", feed), forward_of("--file", feed)
    first.start()
    wait_for(lambda: "forwards to" in first.log.read_text())
    second.start()
    (line,) = second.end(code=2).splitlines()
    assert line.endswith(f"the spool {tmp_path / 'spool'} is in use by another process")
    append(feed, records(2, 1))
    wait_for(lambda: arrived(records(1, 2)))
    first.kill()
    second.start()
    append(feed, records(3, 1))
    wait_for(lambda: arrived(records(1, 3)))
    second.end()
