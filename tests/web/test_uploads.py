"""A disk that is full is not kept full; what is too large is not taken in."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadhandler import SkipFile, StopUpload
from django.test import RequestFactory

from tests.faults import full_disk
from web.uploads import DiskFullError, LimitedUpload, TidyUpload, disk_room

SIZES = [1, 8_192, 65_536]  # the first are in memory until the file is complete


def begun(handler: TidyUpload) -> TidyUpload:
    handler.new_file("file", "site.smf", "application/octet-stream", None, None, None)
    return handler


def limited(max_bytes: int = 1 << 20, *, at_once: bool = False) -> LimitedUpload:
    return LimitedUpload(RequestFactory().post("/"), max_bytes, at_once=at_once)


def incoming() -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_a_file_that_fits_is_handed_over_at_its_beginning() -> None:
    handler = begun(limited(10))
    handler.receive_data_chunk(b"x" * 10, 0)
    file = handler.file_complete(10)
    assert file is not None
    assert [Path(file.temporary_file_path())] == incoming()
    assert file.read() == b"x" * 10
    file.close()
    assert incoming() == []


@pytest.mark.parametrize("size", SIZES)
def test_a_full_disk_keeps_no_half_of_an_upload(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    full_disk.fill_incoming(monkeypatch)
    handler = begun(TidyUpload())
    assert len(incoming()) == 1
    with pytest.raises(OSError, match="No space left"):
        (handler.receive_data_chunk(b"x" * size, 0), handler.file_complete(size))
    assert incoming() == []
    assert handler.file.closed


@pytest.mark.parametrize("size", SIZES)
def test_a_full_disk_ends_a_file_and_is_said(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    full_disk.fill_incoming(monkeypatch)
    handler = begun(limited())
    with suppress(SkipFile):
        handler.receive_data_chunk(b"x" * size, 0)
        assert handler.file_complete(size) is None
    assert handler.disk_full
    assert incoming() == []


@pytest.mark.parametrize("size", SIZES)
def test_a_full_disk_can_stop_the_sender_at_once(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk.fill_incoming(monkeypatch)
    handler = begun(limited(at_once=True))
    with pytest.raises(StopUpload) as stopped:
        (handler.receive_data_chunk(b"x" * size, 0), handler.file_complete(size))
    assert stopped.value.connection_reset
    assert handler.disk_full
    assert incoming() == []


def test_a_disk_without_room_for_one_more_name_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", refuse)
    handler = limited()
    with pytest.raises(SkipFile):
        begun(handler)
    assert handler.disk_full


def test_another_error_of_the_disk_is_not_taken_for_a_full_one() -> None:
    handler = begun(limited())
    read_only = os.open(os.devnull, os.O_RDONLY)
    os.dup2(read_only, handler.file.fileno())
    os.close(read_only)
    with pytest.raises(OSError, match="Bad file descriptor"):
        handler.receive_data_chunk(b"x" * 65_536, 0)
    assert not handler.disk_full
    assert incoming() == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_used_up_disk_or_quota_is_a_full_disk(number: int) -> None:
    with pytest.raises(DiskFullError, match=full_disk.WORDS), disk_room():
        raise OSError(number, "no room")


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(PermissionError), disk_room():
        raise PermissionError(errno.EACCES, "not yours")
    with disk_room():
        pass


def test_what_is_past_the_limit_never_reaches_the_disk() -> None:
    handler = begun(limited(10))
    handler.receive_data_chunk(b"x" * 10, 0)
    with pytest.raises(SkipFile):
        handler.receive_data_chunk(b"x", 10)
    assert handler.too_large == ["site.smf"]
    assert handler.file.tell() == 10
    handler.file.close()
    assert incoming() == []


def test_past_the_limit_a_sender_can_be_stopped_at_once() -> None:
    handler = begun(limited(10, at_once=True))
    with pytest.raises(StopUpload) as stopped:
        handler.receive_data_chunk(b"x" * 11, 0)
    assert stopped.value.connection_reset
    assert handler.too_large == ["site.smf"]
    handler.file.close()
