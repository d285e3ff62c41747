"""How policy files can be spelled here: dialects that are shipped, and those of a directory.

The directory (ZERTIFY_DIALECTS) is read whenever somebody asks, a file again only after it has
changed. A file that can't be used is listed with the reason; what names it is refused, never
written in another spelling.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

from designer.content.errors import DesignerError
from policy import dialects
from policy.dialects.dialect import Dialect
from policy.errors import DialectError
from policy.vocabulary import CONFIDENCES

MOST_BYTES: Final = 1 << 20
MOST_FILES: Final = 100
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LABEL_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A dialect that can be chosen, or a file that can't, with its `problem`.

    `file` is empty for a shipped one; `marks` count its keywords by confidence, the best first.
    """

    dialect_id: str
    label: str
    file: str = ""
    marks: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    problem: str = ""

    @property
    def words(self) -> str:
        """How many keywords are how sure: `12 confirmed, 40 provisional`."""
        return ", ".join(f"{number} {mark}" for mark, number in self.marks.items())


@dataclass(frozen=True, slots=True)
class _File:
    """A dialect, and the digest of the very bytes that it was read from."""

    dialect: Dialect
    digest: str


def listed() -> list[Listed]:
    """Return the shipped dialects, then the files of the site's directory by name."""
    shipped = (dialects.load(one) for one in dialects.available())
    return [*(_listed(one) for one in shipped), *(_of_file(*one) for one in _files())]


def choices() -> list[tuple[str, str]]:
    """Return those that can be chosen, by id with their labels."""
    usable = (one for one in listed() if not one.problem)
    return [(one.dialect_id, f"{one.dialect_id} ({one.label})") for one in usable]


def named(dialect_id: str) -> Dialect:
    """Return a dialect by its id; the shipped one without. Raises DesignerError."""
    if not dialect_id or dialect_id in dialects.available():
        return dialects.load(dialect_id) if dialect_id else dialects.load()
    broken = []
    for name, found in _files():
        if isinstance(found, _File) and found.dialect.dialect_id == dialect_id:
            return found.dialect
        if isinstance(found, str):
            broken.append(f"{name}: {found}")
    known = ", ".join(one for one, _ in choices())
    more = f"; {'; '.join(broken)}" if broken else ""
    raise DesignerError(f"there is no dialect `{dialect_id}`, only {known}{more}")


def _files() -> Iterator[tuple[str, _File | str]]:
    """Each file of the directory with its dialect, or why it can't be used."""
    folder: Path | None = settings.DIALECTS
    if folder is None:
        return
    try:
        paths = sorted(folder.glob("*.toml"))
    except OSError as error:
        yield folder.name, error.strerror or str(error)
        return
    seen = {*dialects.available()}
    for path in paths[:MOST_FILES]:
        found = _read_path(folder, path)
        dialect_id = found.dialect.dialect_id if isinstance(found, _File) else ""
        if dialect_id in seen:
            yield path.name, f"another dialect has the id `{dialect_id}`: give it its own"
            continue
        if dialect_id:
            seen.add(dialect_id)
        yield path.name, found
    for path in paths[MOST_FILES:]:
        yield path.name, f"it is not read: {MOST_FILES} files are the most"


def _read_path(folder: Path, path: Path) -> _File | str:
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(folder.resolve()):
            return "it leads out of the directory"
        if not real.is_file():
            return "it is no file"
        about = real.stat()
        if about.st_size > MOST_BYTES:
            return f"it is larger than {MOST_BYTES // 1024:,} KiB"
        return _read(str(real), (about.st_mtime_ns, about.st_ctime_ns, about.st_size))
    except OSError as error:
        return error.strerror or str(error)


@lru_cache(MOST_FILES)
def _read(path: str, state: tuple[int, int, int]) -> _File | str:
    """The dialect of a file in this state; the same object as long as it stays so."""
    data = Path(path).read_bytes()[:MOST_BYTES]
    try:
        found = dialects.read(data.decode())
    except UnicodeDecodeError:
        return "it is no UTF-8"
    except DialectError as error:
        return str(error)
    if not _ID.fullmatch(found.dialect_id):
        return f"its id is no name of letters, digits, . _ and -: `{found.dialect_id[:64]}`"
    if len(found.label) > _LABEL_LIMIT or not found.label.isprintable():
        return f"its label is no line of at most {_LABEL_LIMIT} characters"
    return _File(found, sha256(data).hexdigest())


def _of_file(name: str, found: _File | str) -> Listed:
    if isinstance(found, _File):
        return _listed(found.dialect, name, found.digest)
    return Listed("", "", name, problem=found)


def _listed(found: Dialect, file: str = "", digest: str = "") -> Listed:
    marks = Counter(
        mark
        for one in found.statements.values()
        for mark in (one.confidence, *(param.confidence for param in one.params.values()))
    )
    ordered = {mark: marks[mark] for mark in CONFIDENCES if marks[mark]}
    return Listed(found.dialect_id, found.label, file, ordered, digest)
