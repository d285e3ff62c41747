"""A WSGI application whose download fails in the middle, for the product's HTTP server."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.signals import request_finished
from django.db import close_old_connections

from web.csv_stream import CONTENT_TYPE
from web.downloads import Download

django.setup()
# This server has no database.
request_finished.disconnect(close_old_connections)


class FailingFile(io.BytesIO):
    """Breaks after half of its content."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= len(self.getvalue()) // 2:
            raise OSError("the disk is gone")
        return super().read(size)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    content = b"a,b\r\n" * 100_000
    kind = FailingFile if environ["PATH_INFO"] == "/broken" else io.BytesIO
    response = Download(kind(content), "rows.csv", CONTENT_TYPE)
    start_response("200 OK", list(response.items()))
    return response
