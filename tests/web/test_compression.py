"""Pages go out compressed; what is streamed or saved as a file goes as it is."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from web.compression import PageCompression

TEXT = "server 10.1.1.5 " * 100


def sent(response: HttpResponseBase, accepts: str = "gzip, br") -> HttpResponseBase:
    def answer(request: HttpRequest) -> HttpResponseBase:
        return response

    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return PageCompression(answer)(request)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json"])
def test_texts_are_compressed_for_who_takes_it(kind: str) -> None:
    answer = sent(HttpResponse(TEXT, content_type=kind))
    assert isinstance(answer, HttpResponse)
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).decode() == TEXT
    assert "Accept-Encoding" in answer["Vary"]
    assert len(answer.content) < len(TEXT) / 5
    plain = sent(HttpResponse(TEXT, content_type=kind), accepts="identity")
    assert not plain.has_header("Content-Encoding")


def test_files_and_streams_are_left_alone() -> None:
    file = HttpResponse(TEXT, content_type="text/html")
    file["Content-Disposition"] = "attachment"
    others = (
        file,
        HttpResponse(TEXT, content_type="text/csv"),
        StreamingHttpResponse([TEXT], content_type="text/html"),
    )
    assert not [one for one in others if sent(one).has_header("Content-Encoding")]
