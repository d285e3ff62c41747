"""Kill -9 of `manage.py follow`: no message lost, none doubled in files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from smf.reader import DumpReader
from tests.faults.following.servers import (
    Follow,
    Rsyslog,
    append,
    connections,
    needs_rsyslogd,
    records,
    wait_for,
)

pytestmark = pytest.mark.faults
KILLS, EACH = 4, 150


def console(place: Path) -> str:
    return "".join(one.read_text() for one in sorted(place.glob("console.0*")))


def count(place: Path) -> int:
    return console(place).count("EZZ8551I")


def files(place: Path) -> tuple[object, ...]:
    return "--console", place / "console", "--audit", place / "audit"


@needs_rsyslogd
def test_kills_lose_no_message(
    tmp_path: Path, server_of: Callable[[str], Rsyslog], follow_of: Callable[..., Follow]
) -> None:
    server, feed, sent = server_of("tcp"), tmp_path / "feed", 0
    feed.touch()
    follow = follow_of(feed, "--syslog", server.url, *files(tmp_path))
    for _ in range(KILLS):
        wait_for((tmp_path / "state" / "state.json").exists)
        data = b"".join(records(sent + 1, EACH))
        append(feed, data[: len(data) // 2 + 7])
        goal = sent + EACH // 3
        wait_for(lambda goal=goal: count(tmp_path) >= goal)
        follow.kill()
        append(feed, data[len(data) // 2 + 7 :])
        sent += EACH
        follow.start()
    wait_for(lambda: len(server.connections()) == sent)
    follow.end()
    assert server.connections() == list(range(1, sent + 1))
    check_files(tmp_path, sent)


def test_rotation_and_truncation_lose_nothing(
    tmp_path: Path, follow_of: Callable[..., Follow]
) -> None:
    feed = tmp_path / "feed"
    append(feed, b"".join(records(1, EACH)))
    follow = follow_of(feed, *files(tmp_path))
    wait_for(lambda: count(tmp_path) == EACH)
    append(feed, b"".join(records(EACH + 1, EACH)))
    feed.rename(tmp_path / "feed.1")
    append(feed, b"".join(records(2 * EACH + 1, EACH)))
    wait_for(lambda: count(tmp_path) == 3 * EACH)
    follow.end()
    append(feed, b"".join(records(3 * EACH + 1, EACH)))
    feed.rename(tmp_path / "feed.2")
    append(feed, b"".join(records(4 * EACH + 1, EACH)))
    follow.start()
    wait_for(lambda: count(tmp_path) == 5 * EACH)
    feed.write_bytes(b"")
    time.sleep(0.5)
    append(feed, b"".join(records(5 * EACH + 1, 1)))
    wait_for(lambda: count(tmp_path) == 5 * EACH + 1)
    follow.end()
    check_files(tmp_path, 5 * EACH + 1)


def test_a_pipe_is_followed_over_kills_and_writers(
    tmp_path: Path, follow_of: Callable[..., Follow]
) -> None:
    feed = tmp_path / "feed"
    os.mkfifo(feed)
    follow = follow_of(feed, *files(tmp_path))
    for turn in range(3):
        append(feed, b"".join(records(turn * EACH + 1, EACH)))
        goal = (turn + 1) * EACH
        wait_for(lambda goal=goal: count(tmp_path) >= goal)
        follow.kill()
        killed_at = time.time_ns()
        follow.start()
    state = tmp_path / "state" / "state.json"
    wait_for(lambda: state.stat().st_mtime_ns > killed_at)
    wait_for(lambda: count(tmp_path) == 3 * EACH)
    time.sleep(3)
    follow.end()
    check_files(tmp_path, 3 * EACH)


def test_counters_of_suppression_survive_kills(
    tmp_path: Path, follow_of: Callable[..., Follow]
) -> None:
    feed = tmp_path / "feed"
    limits = ("--setting", "per_rule=10", "--setting", "over_all=100")
    append(feed, b"".join(records(1, 8)))
    follow = follow_of(feed, *files(tmp_path), *limits)
    wait_for(lambda: count(tmp_path) == 8)
    follow.kill()
    append(feed, b"".join(records(9, 8)))
    follow.start()
    wait_for(lambda: count(tmp_path) == 10)
    audits = tmp_path / "audit.000001"
    wait_for(lambda: audits.stat().st_size == 2 * before_kill(audits))
    follow.end()
    assert count(tmp_path) == 10


def before_kill(audits: Path) -> int:
    """The size of eight records, which are all alike in length."""
    with DumpReader(audits) as reader:
        records_there = sum(batch.records for batch in reader)
    return audits.stat().st_size // records_there * 8


def check_files(place: Path, expected: int) -> None:
    text = console(place)
    assert connections(text.replace("CONNID", "connid")) == list(range(1, expected + 1))
    assert text.count("EZZ8551I") == expected
    found = []
    for path in sorted(place.glob("audit.0*")):
        if path.stat().st_size:
            with DumpReader(path) as reader:
                found += [one for batch in reader for one in batch.connections["conn_id"]]
    assert found == list(range(1, expected + 1))
