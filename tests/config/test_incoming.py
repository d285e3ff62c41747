"""Halves of uploads do not fill the disk."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings

from config.incoming import forget_broken_uploads

YESTERDAY_S = 25 * 3600


def test_halves_of_yesterday_go_and_everything_else_stays() -> None:
    incoming, uploads = Path(settings.FILE_UPLOAD_TEMP_DIR), Path(settings.UPLOADS)
    old = [incoming / "tmpx.upload.smf", uploads / ".incoming-0011223344556677"]
    kept = [incoming / "tmpy.upload.smf", uploads / ("ab" * 32), uploads / ".incoming-at-work"]
    for path in (*old, *kept):
        path.write_bytes(b"half")
    for path in (*old, kept[1]):
        os.utime(path, (time.time() - YESTERDAY_S,) * 2)
    forget_broken_uploads()
    assert sorted([*incoming.iterdir(), *uploads.iterdir()]) == sorted(kept)
