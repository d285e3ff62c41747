"""A disk that is full is not kept full."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

from web.uploads import TidyUpload


def test_a_full_disk_keeps_no_half_of_an_upload() -> None:
    handler = TidyUpload()
    handler.new_file("file", "site.smf", "application/octet-stream", None, None, None)
    handler.receive_data_chunk(b"the first part", 0)
    path = Path(handler.file.temporary_file_path())
    assert path.parent == Path(settings.FILE_UPLOAD_TEMP_DIR)
    # Every write to this device fails as one to a full disk does.
    with Path("/dev/full").open("wb", buffering=0) as full:
        os.dup2(full.fileno(), handler.file.fileno())
    with pytest.raises(OSError, match="No space left"):
        handler.receive_data_chunk(b"x" * (1 << 20), 14)
    assert not path.exists()
    with suppress(OSError):
        handler.file.close()
