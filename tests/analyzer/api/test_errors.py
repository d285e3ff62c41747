"""Errors of the interface are JSON of one shape, also where no view answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.guard import ApiView
from config import urls
from tests.analyzer.views.conftest import plain

__all__ = ["plain"]
pytestmark = pytest.mark.django_db
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
UNKNOWN = ["/api/v1/", "/api/v1/nothing/", "/api/v1/imports/x/", "/api/v1/imports/1/x/", "/api/v2/"]


class Broken(ApiView):
    """An address with a mistake in it, and one that takes the request for an attack."""

    permission_classes = []

    def get(self, request: Request) -> Response:
        raise RuntimeError("a mistake")

    def post(self, request: Request) -> Response:
        raise SuspiciousOperation("an attack")


def broken_page(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a mistake")


urlpatterns = [
    path("api/v1/broken/", Broken.as_view()),
    path("broken/", broken_page),
    *urls.urlpatterns,
]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


@pytest.fixture
def broken(settings: Any) -> str:
    settings.ROOT_URLCONF = __name__
    return "/api/v1/broken/"


def headers_of(answer: Any) -> dict[str, str]:
    own = {"Content-Length", "Vary", "Allow", "WWW-Authenticate"}
    return {name: text for name, text in answer.items() if name not in own}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", UNKNOWN)
def test_an_unknown_address_is_404_as_json_for_every_method(address: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, address)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    if method == "HEAD":
        assert answer.content == b""
    else:
        assert answer.json().keys() == {"error"}
        assert "`/api/v1/schema/`" in answer.json()["error"]


def test_an_unknown_address_has_the_headers_that_known_ones_have(analyst: Client) -> None:
    known, unknown = analyst.get("/api/v1/systems/"), analyst.get("/api/v1/nothing/")
    assert headers_of(unknown) == headers_of(known)
    assert {"Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"} <= set(unknown.headers)
    assert unknown["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_page_stays_a_page() -> None:
    answer = Client().get("/nothing/")
    assert answer.status_code == 404
    assert "Nothing is here" in answer.content.decode()


def test_a_missing_slash_still_leads_on(analyst: Client) -> None:
    assert analyst.get("/api/v1/systems")["Location"] == "/api/v1/systems/"


def test_a_mistake_of_ours_is_500_as_json_and_says_nothing_of_itself(broken: str) -> None:
    answer = Client(raise_request_exception=False).get(broken)
    assert answer.status_code == 500
    assert answer.json() == {"error": "something went wrong in Zertify; the server's log says what"}
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.usefixtures("broken")
def test_a_mistake_of_a_page_stays_a_page() -> None:
    answer = Client(raise_request_exception=False).get("/broken/")
    assert answer.status_code == 500
    assert "Something went wrong in Zertify" in answer.content.decode()


def test_a_request_that_is_no_proper_one_is_400_as_json(broken: str) -> None:
    answer = Client(raise_request_exception=False).post(broken)
    assert answer.status_code == 400
    assert answer.json() == {"error": "the request could not be understood"}


def test_a_name_of_another_host_is_400_in_the_form_of_its_asker() -> None:
    answer = Client().get("/api/v1/systems/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    answer = Client().get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "The request could not be understood" in answer.content.decode()
