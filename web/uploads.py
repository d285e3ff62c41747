"""Files on their way in: streamed to disk, nothing kept of what did not fit."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadhandler import TemporaryFileUploadHandler


class TidyUpload(TemporaryFileUploadHandler):
    """Django removes what a sender breaks off, but keeps the half that fills a disk."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write on; an `OSError` of the disk comes out after the half is removed."""
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError:
            Path(self.file.temporary_file_path()).unlink(missing_ok=True)
            raise
