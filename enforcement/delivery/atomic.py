"""Small files that are there as before or anew, never in between."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def save(path: Path, tree: dict[str, Any]) -> None:
    """Write a JSON document in one step; it is on the disk when this returns."""
    spare = path.with_name(f"{path.name}.new")
    with spare.open("w", encoding="utf-8") as file:
        file.write(json.dumps(tree, separators=(",", ":")))  # `dump` takes five times as long
        file.flush()
        os.fsync(file.fileno())
    spare.replace(path)
    secure(path.parent)


def secure(directory: Path) -> None:
    """Bring the names in a folder to the disk: a file that is new or renamed is there from then."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder with those above it, so that a crash of the machine leaves them there."""
    new = [one for one in (path, *path.parents) if not one.exists()]
    path.mkdir(parents=True, exist_ok=True, mode=mode)
    for one in reversed(new):
        secure(one.parent)


def load(path: Path) -> dict[str, Any]:
    """Return what was saved, nothing when nothing was."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    tree: dict[str, Any] = json.loads(text)
    return tree
