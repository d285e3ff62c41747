"""Server paths: only under the configured roots, links resolved."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from analyzer.ingest.errors import PathRefusedError

MAX_FILES = 1_000
NAME_MAX = 1024


def confined(path: Path, roots: Sequence[Path]) -> Path:
    """The real path of a file under one of the roots; raises `PathRefusedError`."""
    if not roots:
        raise PathRefusedError("imports from server paths are off: no import roots are configured")
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        real = path.resolve()
        if _is_under(real, roots):
            raise PathRefusedError(f"`{path}` does not exist") from None
    if not _is_under(real, roots):
        raise PathRefusedError(f"`{path}` is outside the configured import roots")
    if not real.is_file():
        raise PathRefusedError(f"`{path}` is not a file")
    if not is_text(str(real)):
        raise PathRefusedError(f"{str(real)!a} is no name that can be kept: rename the file")
    return real


def is_text(value: str, most: int = NAME_MAX) -> bool:
    """True when a column takes it: not too long, no NUL, no bytes that are not UTF-8."""
    surrogates = any("\ud800" <= sign <= "\udfff" for sign in value)
    return len(value) <= most and "\0" not in value and not surrogates


def matches(pattern: str, roots: Sequence[Path]) -> list[Path]:
    """The real paths of the files that a path or pattern names, all of them under the roots."""
    _check_text(pattern)
    if not glob.has_magic(pattern):
        return [confined(Path(pattern), roots)]
    check_pattern(pattern, roots)
    found = [path for path in sorted(map(Path, glob.glob(pattern))) if path.is_file()]  # noqa: PTH207  # an absolute pattern
    if not found:
        raise PathRefusedError(f"no file matches `{pattern}`")
    if len(found) > MAX_FILES:
        raise PathRefusedError(f"`{pattern}` matches more than {MAX_FILES} files")
    return [confined(path, roots) for path in found]


def check_pattern(pattern: str, roots: Sequence[Path]) -> None:
    """Refuse a pattern that begins outside the roots, whether or not anything is there."""
    if not roots:
        raise PathRefusedError("imports from server paths are off: no import roots are configured")
    _check_text(pattern)
    parts = Path(pattern).parts
    fixed = Path(*_until_magic(parts))
    if ".." in parts or not _is_under(fixed.resolve(), roots):
        raise PathRefusedError(f"`{pattern}` is outside the configured import roots")


def _check_text(pattern: str) -> None:
    if not is_text(pattern) or not Path(pattern).is_absolute():
        raise PathRefusedError(f"{pattern!a} is not an absolute path")


def _until_magic(parts: Sequence[str]) -> list[str]:
    fixed = []
    for part in parts:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return fixed or ["/"]


def _is_under(path: Path, roots: Sequence[Path]) -> bool:
    return any(path.is_relative_to(root.resolve()) for root in roots)
