"""A charset that is no encoding of texts breaks neither a page nor an address of the API."""

from __future__ import annotations

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from config import wsgi
from web.application import Application, Utf8Request, application

CHARSETS = ["rot13", "zlib", "undefined", "utf-16", "latin-1", "nothing"]


def environ(charset: str, path: str = "/", body: bytes = b"") -> dict[str, Any]:
    found: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "name=%C3%A4",
        "CONTENT_TYPE": f"application/x-www-form-urlencoded; charset={charset}",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    setup_testing_defaults(found)
    return found


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_request_is_read_as_utf_8_whatever_its_charset(charset: str) -> None:
    request = Utf8Request(environ(charset, body=b"said=%C3%B6"))
    assert (request.GET["name"], request.POST["said"]) == ("ä", "ö")
    assert request.content_type == "application/x-www-form-urlencoded"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/sign-in/", "/api/v1/report/servers/"])
def test_no_address_breaks(path: str) -> None:
    seen: list[str] = []

    def start(status: str, headers: object, error: object = None) -> None:
        seen.append(status)

    b"".join(application()(environ("rot13", path), start))  # type: ignore[arg-type]
    assert len(seen) == 1
    assert seen[0] < "5"


def test_it_is_what_servers_call() -> None:
    assert isinstance(wsgi.application, Application)
