"""Files that grow, are rotated, cut off or replaced while nobody looks; and the journal."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from enforcement.engine.engine import Memory
from enforcement.engine.lives import StackRow
from enforcement.live import snapshots
from enforcement.live.errors import StateError
from enforcement.live.journal import Journal, Kind
from enforcement.live.snapshots import Snapshot
from enforcement.live.sources import Feed, Where, open_feed


def taken(feed: Feed) -> list[bytes | None]:
    """Everything that is there; None where another stream begins."""
    found: list[bytes | None] = []
    while (piece := feed.next()) is not None:
        found.append(None if piece.is_end else piece.data)
    return found


def add(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def where_of(path: Path, data: bytes) -> Where:
    """The place behind `data`, which is appended."""
    add(path, data)
    feed = open_feed(path, Where())
    piece = feed.next()
    assert piece is not None
    feed.close()
    return piece.where


def test_a_file_grows_and_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    add(path, b"a")
    feed = open_feed(path, Where())
    assert taken(feed) == [b"a"]
    add(path, b"b")
    path.rename(tmp_path / "feed.1")
    assert taken(feed) == [b"b"]
    add(path, b"c")
    assert taken(feed) == [None, b"c"]
    feed.close()


def test_a_file_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    add(path, b"abc")
    feed = open_feed(path, Where())
    assert taken(feed) == [b"abc"]
    path.write_bytes(b"d")
    assert taken(feed) == [None, b"d"]
    feed.close()


def test_reading_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    where = where_of(path, b"abc")
    add(path, b"def")
    feed = open_feed(path, where)
    assert taken(feed) == [b"def"]
    feed.close()


def test_a_file_that_was_rotated_meanwhile_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    where = where_of(path, b"abc")
    add(path, b"def")
    path.rename(tmp_path / "feed.20260115")
    add(path, b"new")
    feed = open_feed(path, where)
    assert taken(feed) == [b"def", None, b"new"]
    feed.close()


def rotated(place: Path, changed: int, data: bytes, *names: str) -> None:
    """Files with the same bytes that were last changed at a time."""
    for name in names:
        (place / name).write_bytes(data)
        os.utime(place / name, (changed, changed))


@pytest.mark.parametrize(
    "names",
    [("feed.3", "feed.2", "feed.1", "feed.4"), ("feed-0102", "feed-0103", "feed-0104", "feed-01")],
)
def test_files_that_were_rotated_meanwhile_are_read_in_their_order(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    path, (read, second, third, before) = tmp_path / "feed", names
    where = where_of(path, b"abc")
    add(path, b"def")
    path.rename(tmp_path / read)
    os.utime(tmp_path / read, (200, 200))
    rotated(tmp_path, 100, b"before", before)
    rotated(tmp_path, 300, b"second", second)
    rotated(tmp_path, 400, b"third", third)
    rotated(tmp_path, 350, b"of others", "feed-console.000001", "feeds", "feed.lock")
    add(path, b"new")
    said: list[str] = []
    feed = open_feed(path, where, said.append)
    assert taken(feed) == [b"def", None, b"second", None, b"third", None, b"new"]
    assert said == []
    feed.close()


def test_files_that_may_be_missing_are_named(tmp_path: Path) -> None:
    path, said = tmp_path / "feed", list[str]()
    where = where_of(path, b"abc")
    path.rename(tmp_path / "feed.3")
    os.utime(tmp_path / "feed.3", (200, 200))
    rotated(tmp_path, 100, b"packed", "feed.5.gz")
    rotated(tmp_path, 500, b"being packed", "feed.3.gz")
    rotated(tmp_path, 200, b"at once", "feed.4")
    rotated(tmp_path, 300, b"packed", "feed.2.gz")
    rotated(tmp_path, 400, b"next", "feed.1")
    add(path, b"new")
    feed = open_feed(path, where, said.append)
    assert taken(feed) == [None, b"next", None, b"new"]
    assert said == [
        f"{tmp_path}/feed.4 may have come next, its time does not tell: its records are left out",
        f"{tmp_path}/feed.2.gz came next and can't be read as it is: its records are left out",
    ]
    feed.close()
    (tmp_path / "feed.3").unlink()
    feed = open_feed(path, where, said.append)
    assert taken(feed) == [None, b"new"]
    assert said[2:] == [
        f"the file that was read is not beside {path} any more: what came into it behind byte 3,"
        " and into files between the two, is left out"
    ]
    feed.close()


def test_a_file_that_is_gone_or_shorter_ends_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    where = where_of(path, b"abc")
    path.write_bytes(b"n")
    feed = open_feed(path, where)
    assert taken(feed) == [None, b"n"]
    feed.close()
    path.rename(tmp_path / "elsewhere")
    add(path, b"other")
    feed = open_feed(path, where)
    assert taken(feed) == [None, b"other"]
    feed.close()


def test_a_pipe_waits_for_writers(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    os.mkfifo(path)
    feed = open_feed(path, Where())
    assert taken(feed) == []
    for data in (b"a", b"b"):
        add(path, data)
        assert taken(feed) == [data]
    feed.close()


def test_a_journal_keeps_whole_pieces(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert list(journal.entries()) == []
    entries = [(Kind.DATA, b"abc", Where(1, 2, 3)), (Kind.SETTLE, b"", Where(1, 2, 3))]
    for one in entries:
        journal.add(*one)
    with pytest.raises(StateError, match="in use"):
        Journal(tmp_path)
    journal.close()
    file = tmp_path / "journal.0"
    add(file, file.read_bytes()[:-3])
    again = Journal(tmp_path)
    assert list(again.entries()) == [*entries, entries[0]]
    again.add(Kind.END, b"", Where(1, 2, 0))
    again.begin(Snapshot({"digest": "x"}))
    again.close()
    last = Journal(tmp_path)
    assert (list(last.entries()), last.snapshot.tree["digest"]) == ([], "x")
    last.close()


@pytest.mark.parametrize(("cut", "left"), [(0, [b"abc", b"def", b"ghi"]), (1, [b"abc"])])
def test_pieces_behind_a_loss_are_no_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int, left: list[bytes]
) -> None:
    """A snapshot that has not become whole leaves several files; a crash may have cut the first."""

    def killed(*_: object) -> None:
        raise OSError("as killed")

    monkeypatch.setattr(snapshots, "save", killed)
    journal = Journal(tmp_path)
    for data in (b"abc", b"def"):
        journal.add(Kind.DATA, data, Where())
    journal.begin(Snapshot({"digest": "x"}))
    journal.add(Kind.DATA, b"ghi", Where())
    journal.close()
    first = tmp_path / "journal.0"
    first.write_bytes(first.read_bytes()[: -cut or None])
    again = Journal(tmp_path)
    assert [data for _, data, _ in again.entries()] == left
    assert (tmp_path / "journal.1").exists() is not bool(cut)
    again.add(Kind.DATA, b"jkl", Where())
    again.close()
    last = Journal(tmp_path)
    assert [data for _, data, _ in last.entries()] == [*left, b"jkl"]
    last.close()


def test_a_snapshot_has_every_connection(tmp_path: Path) -> None:
    numbers, lives = [*range(1_234)], [(one, 5, (0, 1), not one % 2) for one in range(1_234)]
    row: StackRow = ("PLEXA", "SYSA", "TCPIP", 7, numbers, lives)
    memory = Memory(states=[(0, "{}")], stacks=[row, (*row[:4], [], [])], counters=[])
    rests: list[None] = []
    path = tmp_path / "state.json"
    snapshots.save(path, Snapshot({"a": 1}, [memory, memory]), lambda: rests.append(None))
    found = snapshots.load(path)
    assert found.tree == {"a": 1}
    assert found.memories == json.loads(json.dumps([memory, memory]))
    assert len(rests) > 4, "whoever writes lets others work"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"version": 99}', "another version"),
        ('{"ver', "is damaged"),
        ("{}\n[0,0,[],[]]", "is damaged"),
        ("[]", "is damaged"),
    ],
)
def test_a_state_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(StateError, match=message):
        Journal(tmp_path)
