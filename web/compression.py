"""Whole pages and answers of the API go out compressed; files and streams go as they are.

A stream stays as it is because its sizes are said and its end must show that it is whole. Answers
get a random length (Django's own defence against guessing secrets by the compressed size).
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXTS: Final = ("text/html", "application/json", "application/vnd.oai.openapi")


class PageCompression(GZipMiddleware):
    """Compresses what is text, not streamed and not a file to save."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_text = response.get("Content-Type", "").startswith(_TEXTS)
        if response.streaming or not is_text or response.has_header("Content-Disposition"):
            return response
        return super().process_response(request, response)
