"""The application that a WSGI server calls: addresses and bodies are read as UTF-8.

Django reads the address of a request in the charset of its Content-Type, before any middleware;
with one that is no encoding of texts (`rot13`, `zlib`) it breaks there.
"""

from __future__ import annotations

from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """Takes the type of the content, and no charset, from the header."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )


class Application(WSGIHandler):
    """As Django's own, with such requests."""

    request_class = Utf8Request


def application() -> Application:
    """Set Django up, and return what a server calls."""
    django.setup(set_prefix=False)
    return Application()
