"""Static files are collected and compressed again only when one of them has changed.

Compressing takes seconds, and most starts come with the files of the start before.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.management import call_command


def collect() -> bool:
    """Bring STATIC_ROOT up to date; returns whether there was something to do."""
    root = Path(settings.STATIC_ROOT)
    mark, digest = root.with_name(f"{root.name}.collected"), _digest()
    whole = (root / ManifestFilesMixin.manifest_name).is_file()
    if whole and mark.is_file() and mark.read_text(encoding="ascii") == digest:
        return False
    mark.unlink(missing_ok=True)  # an end in the middle must not look like a whole collection
    # Left to itself it goes by times of change, which an older file may have after an update.
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(digest, encoding="ascii")
    return True


def _digest() -> str:
    """Of the names and contents of all files, and of what makes the collected ones of them."""
    found = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda one: one[0]):
            with storage.open(path) as file:
                found.update(f"{path}\0{hashlib.sha256(file.read()).hexdigest()}\n".encode())
    return found.hexdigest()
