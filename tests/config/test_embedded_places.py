"""Where the embedded servers keep their files, and what they share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.embedded import leases, servers
from config.embedded.places import LONGEST_SOCKET_DIR, Places

LONGEST_ADDRESS = 107


@pytest.mark.parametrize("length", [10, 70, 79, 80, 81, 200])
def test_every_socket_fits_its_address(length: int) -> None:
    places = Places(Path("/" + "v" * length))
    assert len(os.fsencode(places.sockets / ".s.PGSQL.5432.lock")) <= LONGEST_ADDRESS
    assert len(os.fsencode(places.sockets)) <= LONGEST_SOCKET_DIR


def test_two_long_state_directories_do_not_share_sockets() -> None:
    one, other = Places(Path("/" + "a" * 200)), Places(Path("/" + "b" * 200))
    assert one.sockets != other.sockets


def test_a_lease_lasts_until_it_is_closed_and_is_then_removed(tmp_path: Path) -> None:
    directory = tmp_path / "leases"
    directory.mkdir()
    with leases.take(directory):
        assert leases.any_held(directory)
    assert not leases.any_held(directory)
    assert not list(directory.iterdir())


def test_little_shared_memory_is_not_relied_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "ENOUGH_SHARED_BYTES", 0)
    assert servers.shared_memory() == "posix"
    monkeypatch.setattr(servers, "ENOUGH_SHARED_BYTES", 1 << 62)
    assert servers.shared_memory() == "mmap"
