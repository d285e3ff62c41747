"""Decoding ahead: the same batches in the same order, errors here, and an end when we leave."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from analyzer.ingest.readahead import Decoded, Opened, Readahead
from smf.errors import FramingError
from smf.reader import ReadOptions
from tests.analyzer.ingest.conftest import SAMPLES

SITE = SAMPLES / "site-vbs.smf"
SMALL = ReadOptions(batch_bytes=64 << 10)


def nothing() -> None:
    pass


def test_batches_come_in_order_and_hold_every_record() -> None:
    with Readahead(SITE, SMALL, nothing) as ahead:
        opened, *batches = list(ahead)
    assert isinstance(opened, Opened)
    assert opened.framing == "vbs"
    assert len(batches) > 3
    offsets = [one.batch.position.offset for one in batches if isinstance(one, Decoded)]
    assert offsets == sorted(offsets)
    assert offsets[-1] == SITE.stat().st_size
    assert sum(len(one.ready) for one in batches if isinstance(one, Decoded)) == 1609


def test_an_error_of_the_reader_is_raised_where_it_is_awaited(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    with Readahead(empty, SMALL, nothing) as ahead, pytest.raises(FramingError):
        list(ahead)


def test_leaving_early_ends_the_thread() -> None:
    before = threading.active_count()
    with Readahead(SITE, SMALL, nothing) as ahead:
        next(iter(ahead))
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_while_nothing_is_ready_we_show_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []
    ahead = Readahead(SITE, SMALL, lambda: beats.append(1))
    opening = threading.Timer(0.7, ahead.__enter__)  # a file that is slow to open
    opening.start()
    assert isinstance(next(iter(ahead)), Opened)
    opening.join()
    ahead.__exit__(None, None, None)
    assert beats == [1]
