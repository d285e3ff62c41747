"""Files too large are cut off while they arrive: they never fill the disk."""

from __future__ import annotations

from django.core.files.uploadhandler import SkipFile
from django.http import HttpRequest

from web.uploads import TidyUpload


class LimitedUpload(TidyUpload):
    """Django's own way to the disk, up to a size; `too_large` names the files that went past it."""

    def __init__(self, request: HttpRequest, max_bytes: int) -> None:
        super().__init__(request)
        self.max_bytes = max_bytes
        self.too_large: list[str] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > self.max_bytes:
            self.too_large.append(str(self.file_name))
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)
