"""What follows a feed: a policy refresh is an event that a kill repeats at its place."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from enforcement.engine.settings import DEFAULTS
from enforcement.live import following, snapshots, sources
from enforcement.live.engines import Engines
from enforcement.live.following import Beside, Following
from enforcement.live.outputs import Wanted
from enforcement.live.policies import Installed
from enforcement.live.snapshots import Snapshot
from enforcement.live.sources import Piece, Where, open_feed
from enforcement.live.worked import Worked
from policy import documents
from policy.checks import UNKNOWN_SURROUNDINGS
from policy.model import Policy
from policy.values.actions import Action
from tests.builders.enforcement.records import TLS12, Connection, policy

STACK = ("PLEXA", "SYSA", "TCPIP")
LOGS = policy(tls=Action("Log", syslog_level=3, console=True))
CUTS = policy(tls=Action("Cut", syslog_level=4, console=True, reset=True))


class Process:
    """A follower in a place; `kill` leaves everything as it lies."""

    def __init__(self, place: Path, *, spool_bytes: int = 0) -> None:
        self.place, self.plan = place, list[Installed]()
        self.kept: dict[int, Worked] = {}
        wanted = Wanted(
            spool=place / "state" / "spool", console=place / "console", spool_bytes=spool_bytes
        )
        engines = Engines(Policy(()), DEFAULTS, UNKNOWN_SURROUNDINGS)
        beside = Beside(lambda: self.plan, self.keep)
        self.following = Following(place / "state", "digest", engines, wanted, beside)

    def keep(self, worked: Worked) -> None:
        self.kept[worked.piece] = worked

    def begin(self, *plan: Installed) -> None:
        self.plan = [*plan]
        self.following.begin(partial(open_feed, self.place / "feed"), lambda: None)

    def steps(self) -> None:
        while self.following.step():
            pass

    def append(self, first: int, count: int = 2) -> None:
        with (self.place / "feed").open("ab") as file:
            for number in range(first, first + count):
                file.write(Connection(number=number).at(1, number, {"TLS": TLS12}))

    def outputs(self) -> tuple[bytes, ...]:
        files = [*sorted(self.place.glob("console.0*")), *self.place.glob("state/spool/*")]
        return tuple(one.read_bytes() for one in files)

    def said(self) -> list[str]:
        found = (one for piece in sorted(self.kept) for one in self.kept[piece].said)
        return [one.text.split()[0] for one in found if one.kind == "syslog"]


def put(rules: Policy, digest: str) -> Installed:
    return Installed(STACK, digest, "2026-11-01T10:00:00", documents.to_tree(rules))


def test_a_kill_repeats_a_refresh_at_its_place(tmp_path: Path) -> None:
    first = Process(tmp_path)
    first.append(1)
    first.begin(put(LOGS, "a"))
    first.steps()
    first.plan = [put(CUTS, "b")]
    first.append(3)
    first.steps()
    assert first.said() == ["EZZ8583I"] * 2 + ["EZZ8584I"] * 2
    before, kept = first.outputs(), first.kept
    first.following.close()  # no checkpoint: as after a kill
    again = Process(tmp_path)
    again.begin()  # by now nothing is installed, which must not count for what came before
    assert again.outputs() == before
    assert {piece: one.said for piece, one in again.kept.items()} == {
        piece: one.said for piece, one in kept.items()
    }
    assert again.following.epoch == first.following.epoch
    again.append(5)
    again.steps()
    assert again.said() == first.said(), "nothing is installed any more"
    again.following.end()
    again.following.close()


@pytest.mark.parametrize("is_in_order", [False, True])
def test_a_last_record_does_not_wait_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_in_order: bool
) -> None:
    """Where there may be more it waits for that; whoever goes on asks whether nothing comes."""
    size = len(Connection(number=1).at(1, 1, {"TLS": TLS12}))
    monkeypatch.setattr(sources, "PIECE_BYTES", 2 * size)
    first = Process(tmp_path)
    first.append(1)
    first.begin(put(LOGS, "a"))
    first.following.step()
    assert first.said() == ["EZZ8583I"]
    if is_in_order:
        first.following.end()
    first.following.close()
    again = Process(tmp_path)
    again.begin(put(LOGS, "a"))
    again.steps()
    assert {**first.kept, **again.kept}.keys() == {1, 2, 3}, "what is installed, a record each"
    assert again.kept[3].records == len(again.kept[3].said) // 2 == 1
    again.following.close()
    done = Process(tmp_path)
    done.begin(put(LOGS, "a"))
    done.steps()
    assert 4 not in done.kept
    done.following.close()


@pytest.mark.parametrize("is_pipe", [False, True])
def test_what_is_there_is_one_piece(tmp_path: Path, *, is_pipe: bool) -> None:
    """Where it ends with half a record that one waits for its rest, with the one before it."""
    found = Process(tmp_path)
    if is_pipe:
        os.mkfifo(tmp_path / "feed")
    else:
        (tmp_path / "feed").touch()
    found.begin(put(LOGS, "a"))
    found.append(1, 3)
    found.steps()
    assert {piece: one.records for piece, one in found.kept.items()} == {1: 0, 2: 3}
    record = Connection(number=4).at(1, 4, {"TLS": TLS12})
    for part in (record + record[:50], record[50:]):
        with (tmp_path / "feed").open("ab") as file:
            file.write(part)
        found.steps()
    assert {piece: one.records for piece, one in found.kept.items()} == {1: 0, 2: 3, 3: 0, 4: 2}
    found.following.close()


def test_a_piece_of_whole_records_is_one_and_a_kill_repeats_it(tmp_path: Path) -> None:
    """As posts are: what they bring is worked on, kept and brought to the disk once."""
    data = b"".join(Connection(number=one).at(1, one, {"TLS": TLS12}) for one in (1, 2, 3))

    class Posts:
        pieces = (Piece(data, Where(0, 0, len(data)), is_whole=True),)

        def next(self) -> Piece | None:
            found, self.pieces = self.pieces[:1], self.pieces[1:]
            return found[0] if found else None

        def close(self) -> None: ...

    first = Process(tmp_path)
    first.plan = [put(LOGS, "a")]
    first.following.begin(lambda _: Posts(), lambda: None)
    first.steps()
    assert [first.kept[piece].records for piece in (1, 2)] == [0, 3], "what is installed, the post"
    assert len(first.kept) == 2
    before = first.outputs()
    first.following.close()
    again = Process(tmp_path)
    again.following.begin(lambda _: Posts(), lambda: None)
    assert again.outputs() == before
    assert again.kept == first.kept
    again.following.close()


def test_a_kill_while_a_snapshot_is_written_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The feed goes on meanwhile; the snapshot before counts until the new one is whole."""

    def never(path: Path, snapshot: Snapshot, rest: Callable[[], object]) -> None:
        while not rest():
            pass
        raise OSError("as killed")

    first = Process(tmp_path)
    first.append(1)
    first.begin(put(LOGS, "a"))
    first.steps()
    with monkeypatch.context() as patched:
        patched.setattr(snapshots, "save", never)
        patched.setattr(following, "CHECKPOINT_S", 0.0)
        first.append(3)
        first.steps()
        place = first.following.kept_place
        first.append(5)
        first.steps()
        assert first.following.kept_place == place, "nothing new counts"
        before, kept = first.outputs(), first.kept
        first.following.close()
    assert len(list(tmp_path.glob("state/journal.*"))) == 2
    again = Process(tmp_path)
    again.begin(put(LOGS, "a"))
    again.steps()
    assert (again.outputs(), len(first.said())) == (before, 6)
    assert again.kept == {piece: one for piece, one in kept.items() if piece in again.kept}
    assert (max(again.kept), again.following.kept_place) == (max(kept), again.following.place)
    assert len(list(tmp_path.glob("state/journal.*"))) == 1
    again.following.close()


def test_why_a_snapshot_failed_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Process(tmp_path)
    found.append(1)
    found.begin(put(LOGS, "a"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(snapshots, "save", full)
    monkeypatch.setattr(following, "CHECKPOINT_S", 0.0)
    with pytest.raises(OSError, match="no space left"):
        found.following.run(partial(next, iter([False] * 1_000)))
    found.following.close()


def test_pieces_and_messages_are_numbered_without_a_gap(tmp_path: Path) -> None:
    found = Process(tmp_path)
    found.append(1)
    found.begin(put(CUTS, "a"))
    found.steps()
    found.following.checkpoint()
    found.append(3)
    found.steps()
    assert sorted(found.kept) == list(range(1, len(found.kept) + 1))
    ahead = 0
    for piece in sorted(found.kept):
        assert found.kept[piece].sequence == ahead
        ahead += len(found.kept[piece].said)
    assert ahead == 4 * 3, "to syslogd, to the console, the command of the reset"
    assert sum(one.records for one in found.kept.values()) == 4
    found.following.close()


def test_what_is_counted_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash of the machine leaves what was brought to the disk, and nothing else."""
    on_disk: dict[Path, set[tuple[str, int]]] = {}
    really, checked = os.fsync, []

    def contents(path: Path) -> set[tuple[str, int]]:
        if path.is_dir():
            return {(one.name, one.stat().st_ino) for one in path.iterdir()}
        return {("bytes", path.stat().st_size)}

    def fsync(number: int) -> None:
        path = Path(f"/proc/self/fd/{number}").resolve()
        on_disk[path] = contents(path)
        really(number)

    class Checked(Process):
        def keep(self, worked: Worked) -> None:
            (journal,) = (self.place / "state").glob("journal.*")
            assert on_disk[journal] == contents(journal)
            assert (journal.name, journal.stat().st_ino) in on_disk[journal.parent]
            checked.append(worked.piece)

    monkeypatch.setattr(os, "fsync", fsync)
    found = Checked(tmp_path)
    found.append(1)
    found.begin(put(LOGS, "a"))
    found.steps()
    found.following.checkpoint()
    for first in (3, 5):
        found.append(first)
        found.steps()
    for path in tmp_path.glob("state/spool/*"):
        assert (path.name, path.stat().st_ino) in on_disk[path.parent]
    found.following.close()
    assert len(checked) > 3
    assert checked == list(range(1, len(checked) + 1))


def test_a_full_spool_holds_the_feed(tmp_path: Path) -> None:
    held = Process(tmp_path, spool_bytes=1)
    held.append(1)
    held.begin(put(LOGS, "a"))
    held.steps()
    assert held.said() == ["EZZ8583I"] * 2
    held.following.outputs._looked_at = -1.0  # it looks twice a second
    held.append(3)
    held.steps()
    assert held.following.outputs.is_held
    assert held.said() == ["EZZ8583I"] * 2
    for path in tmp_path.glob("state/spool/*"):
        path.write_bytes(b"")  # as if all were delivered
    held.following.outputs._looked_at = -1.0
    held.steps()
    assert held.said() == ["EZZ8583I"] * 4
    held.following.close()
