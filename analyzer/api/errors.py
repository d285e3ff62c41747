"""Errors as JSON: one sentence, and for parameters and fields the reason by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from web.budget import OutOfTimeError


class ParameterError(APIException):
    """Parameters or fields that can't be used; `errors` says why, by name."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class ConflictError(APIException):
    """What was asked for does not fit the state of things."""

    status_code = status.HTTP_409_CONFLICT


class TooSlowError(APIException):
    """The database gave up on the question."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the response to an error; None for one that nobody expects."""
    if isinstance(error, OutOfTimeError):
        error = TooSlowError(f"{error}: ask for fewer days")
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        error = ParameterError({name: _first(found) for name, found in error.detail.items()})
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ParameterError):
        response.data = {"error": str(error), "errors": error.errors}
    else:
        response.data = {"error": _first(response.data)}
    return response


def _first(found: Any) -> str:
    """The first sentence in whatever the framework says."""
    if isinstance(found, dict):
        return _first(next(iter(found.values())))
    return _first(found[0]) if isinstance(found, list) else str(found)
