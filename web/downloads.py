"""Files that are made on request: written whole to a file without a name, then sent.

The length is known before the first byte, so that a download that breaks off can't look whole
(docs/adr/0005-exports.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from django.http import FileResponse

BLOCK_BYTES: Final = 1 << 16


class TooLargeFileError(Exception):
    """What is made grew past the limit; `limit_bytes` is that limit."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"larger than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class Room:
    """How large a file that is made may become."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes

    def check(self, used_bytes: int) -> None:
        """Raise TooLargeFileError when more is used than there may be."""
        if used_bytes > self.limit_bytes:
            raise TooLargeFileError(self.limit_bytes)


def written(write: Callable[[IO[bytes]], object], directory: Path) -> IO[bytes]:
    """Return a file at its beginning that `write` has filled; it has no name, and goes when closed.

    Whatever `write` raises comes out, and nothing stays on the disk.
    """
    file = TemporaryFile(dir=directory)  # noqa: SIM115  # the caller reads and closes it
    with _closed_on_error(file):
        write(file)
        file.seek(0)
    return file


class Download(FileResponse):
    """A file to keep; its length is in the header, so a broken transfer shows."""

    block_size = BLOCK_BYTES

    def __init__(self, file: IO[bytes], name: str, content_type: str) -> None:
        super().__init__(
            file,
            as_attachment=True,
            filename=name,
            content_type=content_type,
            headers={"Cache-Control": "no-store"},
        )


@contextmanager
def _closed_on_error(file: IO[bytes]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        file.close()
        raise
