"""Bodies are read up to a limit: nobody fills the memory of a web process with one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import IO, Any, Final

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import FormParser, JSONParser

from analyzer.api.frame.errors import ParameterError, TooLargeError

_SUSPECT: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|[0-9][eE]\+?[0-9]{3}|[0-9]{300}")
"""What a body has where it may say what is no text or no number; most have none of it."""
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


class BoundedJson(JSONParser):
    """A body of JSON; `limit` is its most bytes, None that of Django's forms.

    JSON can say what no database keeps and no answer repeats: a NUL, half a character, a number
    without end. Such a body is refused before anything looks at it.
    """

    limit: int | None = None

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = _read(stream, self.limit)
        try:
            found = super().parse(body, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("the JSON is nested too deeply") from error
        if _SUSPECT.search(body.getbuffer()):
            require_storable(found)
        return found


class BoundedForm(FormParser):
    """Fields of a form that are no file."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return super().parse(_read(stream, None), media_type, parser_context)


def require_storable(body: Any) -> None:
    """Raise ParameterError with the part of the body that says what nobody can keep."""
    for field, value in body.items() if isinstance(body, dict) else [("body", body)]:
        for one in (field, *_leaves(value)):
            if isinstance(one, str) and _NO_TEXT.search(one):
                raise _unusable(field, "has a NUL or half a character in it, which no text has")
            if isinstance(one, float) and not math.isfinite(one):
                raise _unusable(field, "has a number in it that is too large")


def _leaves(value: Any) -> Iterator[Any]:
    """Every name and value in a part, however deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        else:
            yield one


def _unusable(field: str, why: str) -> ParameterError:
    name = _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", field)
    return ParameterError({name: f"`{name}` {why}"})


def _read(stream: IO[Any], limit: int | None) -> BytesIO:
    most = limit or int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    found = stream.read(most + 1)
    if len(found) > most:
        raise TooLargeError(f"all that is no file can be {most} bytes")
    return BytesIO(found)
