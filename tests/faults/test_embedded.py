"""The embedded services outlive no one and survive everyone."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded.places import LONGEST_SOCKET_DIR, Places
from tests.faults.embedded import (
    ServiceUser,
    guardian_of,
    processes,
    servers_of,
    wait_until,
)

pytestmark = pytest.mark.faults


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "v"
    yield directory
    wait_until(lambda: not servers_of(directory), within_s=30, what="servers are left behind")
    places = Places(directory.resolve())
    if not places.sockets.is_relative_to(directory):
        shutil.rmtree(places.sockets)


@pytest.fixture
def user(var: Path) -> Iterator[ServiceUser]:
    started = ServiceUser(var)
    yield started
    started.end(signal.SIGKILL)


def write_down(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def words(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM kept ORDER BY word")]


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def use_once(var: Path) -> list[str]:
    second = ServiceUser(var)
    try:
        return words(second.services()["database_url"])
    finally:
        second.end()


def test_servers_end_cleanly_after_their_last_user_and_keep_the_data(
    var: Path, user: ServiceUser
) -> None:
    write_down(user.services()["database_url"], "first")
    user.end()
    wait_until(lambda: not servers_of(var), within_s=15, what="still running")
    assert not (var / "postgresql" / "postmaster.pid").exists()
    assert not list((var / "run").iterdir())
    log = (var / "log" / "postgresql.log").read_text()
    assert "database system is shut down" in log
    assert use_once(var) == ["first"]
    assert "not properly shut down" not in (var / "log" / "postgresql.log").read_text()


def test_a_killed_user_leaves_no_servers_behind(var: Path, user: ServiceUser) -> None:
    user.services()
    assert len(servers_of(var)) > 2
    user.end(signal.SIGKILL)
    wait_until(lambda: not servers_of(var), within_s=15, what="still running")


def test_a_living_user_keeps_the_servers_when_another_is_killed(
    var: Path, user: ServiceUser
) -> None:
    url = user.services()["database_url"]
    other = ServiceUser(var)
    assert other.services()["database_url"] == url
    other.end(signal.SIGKILL)
    time.sleep(3)
    write_down(url, "still here")
    assert words(url) == ["still here"]


def test_a_killed_guardian_takes_its_servers_along_and_the_next_start_mends(
    var: Path, user: ServiceUser
) -> None:
    write_down(user.services()["database_url"], "committed")
    os.kill(guardian_of(var), signal.SIGKILL)
    # At once: the old servers may still be ending.
    assert use_once(var) == ["committed"]


@pytest.mark.parametrize("server", ["postgres -D {}/postgresql", "valkey-server unixsocket:{}/"])
def test_a_killed_server_is_started_again_with_its_data(
    var: Path, user: ServiceUser, server: str
) -> None:
    url = user.services()["database_url"]
    write_down(url, "committed")
    words_of_it = server.format(var.resolve())
    (killed,) = processes(words_of_it)
    os.kill(killed, signal.SIGKILL)
    wait_until(
        lambda: bool(set(processes(words_of_it)) - {killed}), within_s=15, what="not started again"
    )
    wait_until(lambda: answers(url), within_s=15, what="PostgreSQL does not answer")
    assert words(url) == ["committed"]


def test_a_server_that_ends_again_and_again_ends_the_guardian(var: Path, user: ServiceUser) -> None:
    user.services()
    guardian, killed = guardian_of(var), {0}
    while processes(f"guardian {var.resolve()}"):
        fresh = set(processes(f"valkey-server unixsocket:{var.resolve()}/")) - killed
        for pid in fresh:
            os.kill(pid, signal.SIGKILL)
        killed |= fresh
        assert len(killed) < 10
    assert len(killed) - 1 == 4
    assert guardian not in servers_of(var)


def test_parallel_starts_end_with_one_instance(var: Path) -> None:
    users = [ServiceUser(var) for _ in range(4)]
    try:
        assert len({user.services()["database_url"] for user in users}) == 1
        assert len(processes(f"postgres -D {var.resolve() / 'postgresql'}")) == 1
        assert len(processes(f"guardian {var.resolve()}")) == 1
    finally:
        for user in users:
            user.end()


def test_a_lock_file_with_the_number_of_another_process_does_not_stop_a_start(
    var: Path, user: ServiceUser
) -> None:
    write_down(user.services()["database_url"], "kept")
    user.end()
    wait_until(lambda: not servers_of(var), within_s=15, what="still running")
    (var / "postgresql" / "postmaster.pid").write_text(f"{os.getpid()}\n{var}/postgresql\n")
    (var / "run" / "valkey.sock").touch()
    assert use_once(var) == ["kept"]


def test_a_start_while_the_servers_are_ending_waits_and_starts_them_again(
    var: Path, user: ServiceUser
) -> None:
    write_down(user.services()["database_url"], "kept")
    user.end()
    state = Places(var.resolve()).state
    for _ in range(3):
        wait_until(lambda: not state.exists(), within_s=15, what="not ending")
        began = time.monotonic()
        assert use_once(var) == ["kept"]
        assert time.monotonic() - began < 20


def test_a_half_made_cluster_is_made_again(var: Path) -> None:
    (var / "postgresql" / "new" / "base").mkdir(parents=True)
    (var / "postgresql" / "base").mkdir()
    (var / "postgresql").chmod(0o700)
    second = ServiceUser(var)
    try:
        url = second.services()["database_url"]
        write_down(url, "whole")
        assert words(url) == ["whole"]
        assert not (var / "postgresql" / "new").exists()
    finally:
        second.end()


def test_a_state_directory_too_long_for_sockets_works(tmp_path: Path) -> None:
    var = tmp_path / ("long" * 25)
    places = Places(var.resolve())
    user = ServiceUser(var)
    try:
        services = user.services()
        write_down(services["database_url"], "far away")
        assert len(os.fsencode(places.sockets)) <= LONGEST_SOCKET_DIR
        assert not places.sockets.is_relative_to(var)
        assert places.sockets.stat().st_mode & 0o077 == 0
    finally:
        user.end()
        wait_until(lambda: not servers_of(var), within_s=15, what="still running")
        shutil.rmtree(places.sockets, ignore_errors=True)


def test_a_link_in_the_place_of_the_socket_directory_is_refused(tmp_path: Path) -> None:
    var, elsewhere = tmp_path / ("long" * 25), tmp_path / "elsewhere"
    elsewhere.mkdir()
    places = Places(var.resolve())
    places.sockets.symlink_to(elsewhere)
    try:
        user = ServiceUser(var)
        _, err = user.process.communicate(timeout=30)
        assert user.process.returncode != 0
        assert "belongs to another user or is no directory" in err
    finally:
        places.sockets.unlink()


def test_a_start_that_fails_says_why(var: Path) -> None:
    (var / "postgresql").mkdir(parents=True)
    (var / "postgresql" / "PG_VERSION").write_text("9.6\n")
    user = ServiceUser(var)
    _, err = user.process.communicate(timeout=60)
    assert user.process.returncode != 0
    assert "did not start" in err
    assert "postgresql.log" in err


def test_two_instances_side_by_side_share_nothing(tmp_path: Path) -> None:
    users = [ServiceUser(tmp_path / name) for name in ("one", "other")]
    try:
        urls = [user.services()["database_url"] for user in users]
        for url, word in zip(urls, ("here", "there"), strict=True):
            write_down(url, word)
        assert [words(url) for url in urls] == [["here"], ["there"]]
    finally:
        for user in users:
            user.end()
        for name in ("one", "other"):
            wait_until(
                lambda var=tmp_path / name: not servers_of(var), within_s=15, what="still running"
            )


def test_a_state_directory_that_can_not_be_made_is_one_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    user = ServiceUser(tmp_path / "file" / "v")
    _, err = user.process.communicate(timeout=30)
    last = err.splitlines()[-1]
    assert f"the state directory {tmp_path / 'file' / 'v'} can't be used (Not a directory)" in last
    assert "ZERTIFY_VAR chooses another" in last
