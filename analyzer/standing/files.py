"""Files of scheduled exports: under the allowed directories, whole or not at all.

A file is written under a name that no reader looks at, and is on the disk before it takes its own
name by a rename. Its digest follows in a second file beside it.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import IO, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from analyzer.models.standing.exports import LONGEST_DIRECTORY, LONGEST_PATTERN
from analyzer.standing.errors import StandingError

MARKS: Final = ("query", "name", "date", "time")
DIGEST: Final = ".sha256"
_PATTERN: Final = re.compile(r"(?:[A-Za-z0-9._-]|\{(?:query|name|date|time)\})+")
_LONGEST_PART: Final = 60
_WORDS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "Zertify has no permission to write there",
    errno.EPERM: "Zertify has no permission to write there",
    errno.EROFS: "the disk is read-only",
    errno.ENOENT: "the directory is not there any more",
    errno.ENOTDIR: "the directory is not there any more",
    errno.EISDIR: "a directory has the name of the file",
    errno.ENAMETOOLONG: "the name of the file is too long for this disk",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A whole file that has not taken its place."""

    part: str
    rows: int
    size_bytes: int
    sha256: str


def checked_directory(text: str) -> Path:
    """Return the real path of a directory that may be written to. Raises StandingError."""
    if not settings.EXPORT_ROOTS:
        raise StandingError("exports to directories are off: ZERTIFY_EXPORT_ROOTS names none")
    surrogates = any("\ud800" <= sign <= "\udfff" for sign in text)
    if len(text) > LONGEST_DIRECTORY or "\0" in text or surrogates:
        raise StandingError("this is no path")
    path = Path(text)
    if not path.is_absolute():
        raise StandingError(f"`{text}` is not an absolute path")
    try:
        real = path.resolve()
    except (OSError, RuntimeError):
        raise StandingError(f"`{text}` cannot be followed") from None
    if not any(real.is_relative_to(root.resolve()) for root in settings.EXPORT_ROOTS):
        raise StandingError(f"`{text}` is outside the directories that ZERTIFY_EXPORT_ROOTS allows")
    if not real.is_dir():
        raise StandingError(f"`{text}` is not a directory that is there")
    if not os.access(real, os.W_OK | os.X_OK):
        raise StandingError(f"Zertify has no permission to write to `{text}`")
    return real


def checked_pattern(text: str) -> str:
    """Return a pattern that makes file names. Raises StandingError."""
    if not 0 < len(text) <= LONGEST_PATTERN or not _PATTERN.fullmatch(text) or text[0] in ".-":
        marks = ", ".join(f"{{{mark}}}" for mark in MARKS)
        raise StandingError(
            "the file name is made of letters, digits, dots, dashes and underscores,"
            f" with {marks} where they should stand, and begins with none of `.` and `-`"
        )
    return text


def file_name(pattern: str, *, query: str, name: str, at: datetime, zone: str, ending: str) -> str:
    """Return the name that a pattern makes; date and time are those of the schedule's zone."""
    local = at.astimezone(ZoneInfo(zone))
    values = {
        "query": _plain(query) or "query",
        "name": _plain(name) or "export",
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H%M%S}",
    }
    found = pattern
    for mark, value in values.items():
        found = found.replace(f"{{{mark}}}", value)
    return f"{found}.{ending}"


def write_part(directory: Path, owner: int, write: Callable[[IO[bytes]], int]) -> Written:
    """Write a whole file under a name of its own, down to the disk. Raises StandingError."""
    for stale in directory.glob(f".zertify-{owner}-*.part"):
        stale.unlink(missing_ok=True)
    part = directory / f".zertify-{owner}-{secrets.token_hex(8)}.part"
    try:
        with in_words(), part.open("xb") as file:
            rows = write(file)
            file.flush()
            os.fsync(file.fileno())
            size_bytes = part.stat().st_size
        with in_words(), part.open("rb") as again:
            digest = file_digest(again, "sha256").hexdigest()
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return Written(part.name, rows, size_bytes, digest)


def place(directory: Path, *, part: str, name: str, sha256: str) -> None:
    """Give a whole file its name, and its digest a file beside it. Raises StandingError.

    Done twice it is as done once.
    """
    with in_words():
        whole, target, digest = directory / part, directory / name, directory / f"{name}{DIGEST}"
        if whole.exists():
            digest.unlink(missing_ok=True)  # it told of the file before
            whole.replace(target)
        elif not _is(target, sha256):
            raise StandingError("the file went away before it took its place")
        new = directory / f"{part}{DIGEST}"
        with new.open("w", encoding="ascii") as file:
            file.write(f"{sha256}  {name}\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(digest)
        _sync(directory)


def is_there(directory: Path, name: str) -> bool:
    return os.path.lexists(directory / name)


def drop_part(directory: Path, part: str) -> None:
    with suppress(OSError):
        (directory / part).unlink(missing_ok=True)


def remove(directory: Path, name: str) -> None:
    """Remove a file with its digest. Raises StandingError."""
    with in_words():
        (directory / f"{name}{DIGEST}").unlink(missing_ok=True)
        (directory / name).unlink(missing_ok=True)


@contextmanager
def in_words() -> Iterator[None]:
    """What the system says of a file, in words."""
    try:
        yield
    except OSError as error:
        why = _WORDS.get(error.errno or 0, error.strerror or "the system refused it")
        raise StandingError(f"the file cannot be written: {why}") from error


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:_LONGEST_PART]


def _is(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest() == sha256


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
