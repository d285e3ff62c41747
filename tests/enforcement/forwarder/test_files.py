"""A file that the forwarder reads is rotated: nothing of it is lost, or it says what."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zertify_sources
from zertify_sources import GrowingFile

from tests.builders.enforcement.records import Connection


def record(number: int) -> bytes:
    return Connection(number=number).at(4, 1)


def add(path: Path, *numbers: int, changed: int | None = None) -> None:
    with path.open("ab") as file:
        file.write(b"".join(record(one) for one in numbers))
    if changed:
        os.utime(path, (changed, changed))


def taken(source: GrowingFile) -> bytes:
    """Everything that is there, until it is closed; between two files nothing for a moment."""
    found, pauses = b"", 0
    while pauses < 2:
        read = source.read()
        found += read[0] if read else b""
        pauses = 0 if read else pauses + 1
    source.close()
    return found


def records(*numbers: int) -> bytes:
    return b"".join(map(record, numbers))


def place_of(path: Path) -> object:
    """The place behind what there is."""
    source = GrowingFile(path, None, print)
    read = source.read()
    source.close()
    assert read is not None
    return read[1]


def test_what_is_appended_until_the_rotation_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last record comes, and the file is renamed, between its last two looks."""
    path = tmp_path / "zert"
    add(path, 1)
    source = GrowingFile(path, None, print)
    assert source.read()
    really: Callable[[bytes], int] = zertify_sources.whole

    def rotating(data: bytes) -> int:
        if not data and not (tmp_path / "zert.1").exists():
            add(path, 2)
            path.rename(tmp_path / "zert.1")
            add(path, 3)
        return really(data)

    monkeypatch.setattr(zertify_sources, "whole", rotating)
    assert taken(source) == records(2, 3)


def test_files_that_were_rotated_meanwhile_are_read_in_their_order(tmp_path: Path) -> None:
    path, said = tmp_path / "zert", list[str]()
    add(path, 1)
    place = place_of(path)
    add(path, 2, changed=200)
    path.rename(tmp_path / "zert.3")
    add(tmp_path / "zert.2", 3, changed=300)
    add(tmp_path / "zert.1", 4, changed=400)
    add(tmp_path / "zert.4", 8, changed=100)
    add(tmp_path / "zert.lock", 9, changed=350)
    add(path, 5)
    assert taken(GrowingFile(path, place, said.append)) == records(2, 3, 4, 5)
    assert said == []


def test_files_that_may_be_missing_are_named(tmp_path: Path) -> None:
    path, said = tmp_path / "zert", list[str]()
    add(path, 1)
    place = place_of(path)
    path.rename(tmp_path / "zert.3")
    add(tmp_path / "zert.3", changed=200)
    add(tmp_path / "zert.4", 7, changed=200)
    add(tmp_path / "zert.2.gz", 8, changed=300)
    add(tmp_path / "zert.3.gz", 9, changed=500)  # being packed
    add(path, 2)
    assert taken(GrowingFile(path, place, said.append)) == record(2)
    assert said == [
        f"{tmp_path}/zert.4 may have come next, its time does not tell: its records are left out",
        f"{tmp_path}/zert.2.gz came next and can't be read as it is: its records are left out",
    ]
    (tmp_path / "zert.3").unlink()
    assert taken(GrowingFile(path, place, said.append)) == record(2)
    assert said[2:] == [
        f"the file that was read is not beside {path} any more: what came into it behind byte"
        f" {len(record(1))}, and into files between the two, is left out"
    ]
