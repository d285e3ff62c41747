"""Errors that no view answers: unknown addresses, damaged requests, what nobody expected."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from analyzer.api.frame.guard import NOT_KEPT

PREFIX: Final = "/api/"
"""Whoever asks below it is a program and gets JSON, in the shape of all errors there."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is no proper one."""
    if _is_program(request):
        return _answer("the request could not be understood", 400)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if _is_program(request):
        words = "there is no such address; `/api/v1/schema/` lists those that there are"
        return _answer(words, 404)
    return defaults.page_not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected; the log has the details."""
    if _is_program(request):
        words = "something went wrong in Zertify; the server's log says what"
        return _answer(words, 500)
    return defaults.server_error(request)


def _answer(words: str, status: int) -> JsonResponse:
    return JsonResponse({"error": words}, status=status, headers=NOT_KEPT)


def _is_program(request: HttpRequest) -> bool:
    return request.path_info.startswith(PREFIX)
