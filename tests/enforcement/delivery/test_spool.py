"""Spool and rotating files: whole records in their order, from any place on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from enforcement.delivery import spool
from enforcement.delivery.errors import SpoolError
from enforcement.delivery.rotating import RotatingFile
from enforcement.delivery.spool import Place, Spool


def taken(directory: Path, place: Place, most: int = 100) -> tuple[list[bytes], Place]:
    found: list[bytes] = []
    while (more := spool.read(directory, place, most))[0]:
        found += more[0]
        place = more[1]
    return found, place


def test_messages_come_in_their_order_over_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "SEGMENT_BYTES", 50)
    one, sent = Spool(tmp_path, Place()), [b"%d" % number * 5 for number in range(40)]
    for message in sent:
        one.put([message])
        one.mark().secure()
    found, place = taken(tmp_path, Place(), 3)
    assert found == sent
    assert place == one.place
    assert (place.sequence, place.segment > 3) == (40, True)
    spool.forget(tmp_path, place.segment)
    assert len(list(tmp_path.glob("0*"))) == 1
    one.close()


def test_a_reader_follows_a_writer_over_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "SEGMENT_BYTES", 1)
    sent = [b"%d" % number for number in range(1_000)]
    one = Spool(tmp_path, Place())

    def write() -> None:
        for message in sent:
            one.put([message])
            one.mark().secure()

    writer = threading.Thread(target=write)
    writer.start()
    found, place = list[bytes](), Place()
    is_over = more = False
    while more or not is_over:
        is_over = not writer.is_alive()
        messages, place = spool.read(tmp_path, place, 100)
        found += messages
        more = bool(messages)
    writer.join()
    one.close()
    assert found == sent


def test_what_lies_behind_the_place_is_written_again(tmp_path: Path) -> None:
    one = Spool(tmp_path, Place())
    one.put([b"a"])
    place = one.place
    one.put([b"b", b"c"])
    one.close()
    (tmp_path / f"{2:010d}").write_bytes(b"later")
    again = Spool(tmp_path, place)
    assert taken(tmp_path, Place())[0] == [b"a"]
    again.put([b"b"])
    assert taken(tmp_path, place)[0] == [b"b"]
    again.close()


def test_half_a_message_is_none(tmp_path: Path) -> None:
    (tmp_path / f"{1:010d}").write_bytes(b"\0\0\0\1a\0\0\0\5bc")
    assert taken(tmp_path, Place()) == ([b"a"], Place(1, 5, 1))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpoolError, match="messages up to 9"):
        Spool(tmp_path, Place(3, 100, 9))


def test_files_turn_at_their_size_with_whole_records(tmp_path: Path) -> None:
    base = tmp_path / "audit"
    one = RotatingFile(base, 10)
    for _ in range(5):
        one.write(b"record")
        one.mark().secure()
    one.close()
    sizes = {path.name: path.stat().st_size for path in tmp_path.glob("audit.*")}
    assert sizes == {"audit.000001": 12, "audit.000002": 12, "audit.000003": 6}
    again = RotatingFile(base, 10, 2, 6)
    again.close()
    assert [path.stat().st_size for path in sorted(tmp_path.glob("audit.*"))] == [12, 6]
    new = RotatingFile(base, 10)
    assert new.number == 3
    new.close()
