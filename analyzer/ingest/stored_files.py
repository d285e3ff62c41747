"""Uploaded dumps on disk, by digest: streamed in, renamed when whole, dropped on request."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from analyzer.ingest.errors import FileTooLargeError

_INCOMING = ".incoming-"
_STALE_S = 86_400  # since the last byte


class Chunked(Protocol):
    """Django's UploadedFile, as far as it is used here."""

    def chunks(self) -> Iterable[bytes]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies under its digest now."""

    path: Path
    sha256: str
    size_bytes: int


def place(sha256: str) -> Path:
    """Where the file of that digest lies, wherever the state has been moved to."""
    return Path(settings.UPLOADS) / sha256


def keep(file: Chunked, directory: Path, max_bytes: int) -> Kept:
    """Write the file under its digest; half a file never has that name."""
    _sweep(directory)
    digest = hashlib.sha256()
    size = 0
    with _temporary(directory) as (path, out):
        for chunk in file.chunks():
            size += len(chunk)
            if size > max_bytes:
                raise FileTooLargeError(f"the file is larger than the limit of {max_bytes} bytes")
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
        kept = Kept(directory / digest.hexdigest(), digest.hexdigest(), size)
        path.replace(kept.path)
    return kept


def _sweep(directory: Path) -> None:
    """Remove what uploads left behind whose process was killed."""
    for path in directory.glob(f"{_INCOMING}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _STALE_S:
                path.unlink()


@contextmanager
def _temporary(directory: Path) -> Iterator[tuple[Path, BinaryIO]]:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / f"{_INCOMING}{secrets.token_hex(8)}"
    try:
        with path.open("xb") as out:
            yield path, out
    finally:
        path.unlink(missing_ok=True)
