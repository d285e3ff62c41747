"""What lies in a watch folder right now."""

from __future__ import annotations

import glob
import hashlib
import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from stat import S_ISREG

from django.conf import settings

from analyzer.ingest import paths
from analyzer.ingest.errors import IntakeError
from analyzer.models import WatchFolder

MOST_FILES = 10_000
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A file with what tells whether it has changed; `alone` is why it is left alone."""

    path: str
    size_bytes: int
    modified_ns: int
    alone: str = ""


def files(folder: WatchFolder) -> list[Found]:
    """The files of a folder or pattern, by name. Raises IntakeError and OSError."""
    paths.check_pattern(folder.path, settings.IMPORT_ROOTS)
    matched = list(islice(glob.iglob(_pattern(folder.path), include_hidden=True), MOST_FILES + 1))  # noqa: PTH207  # an absolute pattern
    if len(matched) > MOST_FILES:
        raise IntakeError(f"more than {MOST_FILES} files are there: move away what is imported")
    skip = folder.skip.split()
    return [found for path in sorted(matched) if (found := _look_at(path, skip))]


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            found.update(block)
    return found.hexdigest()


def _pattern(path: str) -> str:
    """The pattern to match. What glob would pass over in silence raises here."""
    if glob.has_magic(path):
        fixed = Path(path)
        while glob.has_magic(str(fixed)):
            fixed = fixed.parent
        os.scandir(fixed).close()
        return path
    os.scandir(path).close()
    return str(Path(glob.escape(path)) / "*")


def _look_at(path: str, skip: list[str]) -> Found | None:
    """None for what is no file, or went away meanwhile."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    if not S_ISREG(found.st_mode):
        return None
    if not paths.is_text(path):
        why = "left alone: its name can't be kept, rename the file"
        return Found(ascii(path)[: paths.NAME_MAX], found.st_size, found.st_mtime_ns, why)
    name = Path(path).name
    pattern = next((one for one in skip if fnmatchcase(name, one)), "")
    alone = f"left alone: its name fits `{pattern}`" if pattern else ""
    if not alone and not found.st_size:
        alone = "left alone: it is empty"
    return Found(path, found.st_size, found.st_mtime_ns, alone)
