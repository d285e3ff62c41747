"""Files that are made on request."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO

import pytest

from web.downloads import Download, Room, TooLargeFileError, written


def test_a_file_has_no_name_and_begins_at_its_beginning(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    with written(lambda file: file.write(b"a\nb\n"), own) as file:
        assert not list(own.iterdir())
        assert file.read() == b"a\nb\n"


def test_a_failure_while_writing_reaches_the_caller_and_closes_the_file(tmp_path: Path) -> None:
    seen: list[IO[bytes]] = []

    def failing(file: IO[bytes]) -> None:
        seen.append(file)
        file.write(b"a\n")
        raise TooLargeFileError(1)

    with pytest.raises(TooLargeFileError):
        written(failing, tmp_path)
    assert seen[0].closed
    assert not list(tmp_path.glob("tmp*"))


def test_a_limit_is_all_that_may_be_used() -> None:
    room = Room(10)
    room.check(10)
    with pytest.raises(TooLargeFileError, match="larger than 10 bytes"):
        room.check(11)


def test_a_response_says_its_length_and_is_kept_nowhere() -> None:
    response = Download(io.BytesIO(b"a,b\n"), "rows.csv", "text/csv; charset=utf-8")
    assert response["Content-Length"] == "4"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="rows.csv"'
    assert response["Cache-Control"] == "no-store"
    assert b"".join(response) == b"a,b\n"
