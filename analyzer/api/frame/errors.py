"""Errors as JSON: one sentence, and for parameters and fields the reason by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from web.budget import OutOfTimeError
from web.downloads import TooLargeFileError
from web.uploads import DiskFullError


class ParameterError(APIException):
    """Parameters or fields that can't be used; `errors` says why, by name."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class TooLargeError(APIException):
    """More was sent than is taken."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class NoRoomError(APIException):
    """What was sent does not fit on the disk."""

    status_code = status.HTTP_507_INSUFFICIENT_STORAGE


class ConflictError(APIException):
    """What was asked for does not fit the state of things; `current` is how they are, if given."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, detail: str, *, current: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.current = current


class TooSlowError(APIException):
    """The database gave up on the question."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the response to an error; None for one that nobody expects."""
    error = _known(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ParameterError):
        response.data = {"error": str(error), "errors": error.errors}
    else:
        response.data = {"error": _first(response.data)}
        if isinstance(error, ConflictError) and error.current is not None:
            response.data["current"] = error.current
    return response


def _known(error: Exception) -> Exception:
    """Errors of other rooms as errors of this interface."""
    if isinstance(error, OutOfTimeError):
        return TooSlowError(f"{error}: ask for fewer days")
    if isinstance(error, TooLargeFileError):
        return TooSlowError(f"the file would be {error}: ask for fewer days or columns")
    if isinstance(error, DiskFullError):
        return NoRoomError(str(error))
    if isinstance(error, RequestDataTooBig):
        return TooLargeError(
            f"all that is no file can be {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes"
        )
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        return ParameterError({name: _first(found) for name, found in error.detail.items()})
    return error


def _first(found: Any) -> str:
    """The first sentence in whatever the framework says."""
    if isinstance(found, dict):
        return _first(next(iter(found.values())))
    return _first(found[0]) if isinstance(found, list) else str(found)
