"""Files on their way in: streamed to disk, nothing kept of what did not fit."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    SkipFile,
    StopUpload,
    TemporaryFileUploadHandler,
    UploadFileException,
)
from django.db import OperationalError
from django.http import HttpRequest

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_DATABASE_FULL: Final = "53100"  # PostgreSQL's disk_full
_ON_DISK: Final = "file"
_ADVICE: Final = "ask an administrator to make room there, then "


class DiskFullError(Exception):
    """There is no room for a file; the message tells the user what to do."""

    def __init__(self, then: str = "send the file again") -> None:
        super().__init__(f"the server's disk is full: {_ADVICE}{then}")


@contextmanager
def disk_room(*, then: str = "send the file again") -> Iterator[None]:
    """Raise DiskFullError where writing inside fails because the disk or a quota is full.

    That may be the disk of files or the database's own.
    """
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == _DATABASE_FULL:
            raise DiskFullError(then) from error
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(then) from error
        raise


class TidyUpload(TemporaryFileUploadHandler):
    """Django removes what a sender breaks off, but keeps the half that fills a disk."""

    def new_file(self, field_name: str, file_name: str, *given: Any, **named: Any) -> None:
        """Begin a file. On the disk it has a name of ours: a sender's can be too long for one."""
        super().new_file(field_name, _ON_DISK, *given, **named)
        self.file_name = self.file.name = file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write on; an `OSError` of the disk comes out after the half is removed."""
        with self._dropped_on_error():
            return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Write what is still in memory and hand the file over; errors as above."""
        with self._dropped_on_error():
            return super().file_complete(file_size)

    @contextmanager
    def _dropped_on_error(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            with suppress(OSError):  # what is in memory has no more room now than before
                self.file.close()
            Path(self.file.temporary_file_path()).unlink(missing_ok=True)
            raise


class LimitedUpload(TidyUpload):
    """Takes files up to a size in bytes, and while the disk has room.

    `too_large` names the files that went past the limit, `disk_full` says that there was no room.
    Browsers show no answer before they have sent everything: the rest of such a file is read and
    thrown away, and what comes behind it is looked at. With `at_once` nothing more is read.
    """

    def __init__(self, request: HttpRequest, max_bytes: int, *, at_once: bool = False) -> None:
        super().__init__(request)
        self.max_bytes = max_bytes
        self.at_once = at_once
        self.too_large: list[str] = []
        self.disk_full = False

    def new_file(self, field_name: str, file_name: str, *given: Any, **named: Any) -> None:
        """Begin a file. Raises SkipFile or StopUpload when not even that fits on the disk."""
        with self._over_when_full():
            super().new_file(field_name, file_name, *given, **named)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write on. Raises SkipFile or StopUpload past the limit and on a full disk."""
        if start + len(raw_data) > self.max_bytes:
            self.too_large.append(str(self.file_name))
            raise self._over()
        with self._over_when_full():
            return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Hand the file over, None on a full disk. Raises StopUpload there with `at_once`."""
        with suppress(SkipFile), self._over_when_full():  # there is nothing left to skip
            return super().file_complete(file_size)
        return None

    @contextmanager
    def _over_when_full(self) -> Iterator[None]:
        try:
            with disk_room():
                yield
        except DiskFullError as error:
            self.disk_full = True
            raise self._over() from error

    def _over(self) -> UploadFileException:
        return StopUpload(connection_reset=True) if self.at_once else SkipFile()
