"""Halves of uploads and of workbooks that a killed process left behind."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

FORGOTTEN_AFTER_S = 24 * 3600


def forget_broken_uploads() -> None:
    """Remove those a day old; what only breaks off removes its own."""
    for path in _halves():
        if time.time() - path.stat().st_mtime <= FORGOTTEN_AFTER_S:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _halves() -> Iterator[Path]:
    yield from Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")
    yield from Path(settings.FILE_UPLOAD_TEMP_DIR).glob("zertify-xlsx-*")
    yield from Path(settings.UPLOADS).glob(".incoming-*")
