"""The Export menu of a table: formats and CSV options, as this browser chose them last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from analyzer.exports.formats.options import DELIMITERS, QUOTING_WORDS, OptionError, delimiter_name
from analyzer.exports.formats.registry import FORMATS, Chosen, chosen

COOKIE: Final = "export"
COOKIE_SECONDS: Final = 365 * 24 * 3600
OWN: Final = "own"
PARAMS: Final = ("format", "delimiter", "own_delimiter", "quoting")
"""What the menu adds to an address."""
_BETWEEN: Final = "."
Option = tuple[str, str, bool]
"""A value, its words, and whether it is chosen."""


@dataclass(frozen=True, slots=True)
class ExportMenu:
    """What `components/_export.html` shows; `own` is a delimiter that no name stands for."""

    formats: Sequence[Option]
    delimiters: Sequence[Option]
    quotings: Sequence[Option]
    own: str


def asked_format(params: Mapping[str, str]) -> Chosen:
    """The format that an address asks for. Raises OptionError."""
    delimiter = params.get("delimiter", "")
    if delimiter == OWN:
        delimiter = params.get("own_delimiter", "")
        if not delimiter and params.get("format") == "csv":
            raise OptionError("give the character that is to be the delimiter", param="delimiter")
    return chosen(params.get("format", ""), delimiter=delimiter, quoting=params.get("quoting", ""))


def remember_format(response: HttpResponseBase, taken: Chosen) -> None:
    """Keep the format and its options as this browser's own."""
    words = [taken.format.name]
    if taken.options:
        sign = delimiter_name(taken.look.delimiter)
        words += [taken.look.quoting, sign if sign in DELIMITERS else f"{ord(sign):x}"]
    response.set_cookie(
        COOKIE, _BETWEEN.join(words), max_age=COOKIE_SECONDS, samesite="Lax", httponly=True
    )


def export_menu(request: HttpRequest) -> ExportMenu:
    """The menu with the last choice; a cookie that can't be used is as none."""
    last = _remembered(request.COOKIES.get(COOKIE, ""))
    name = delimiter_name(last.look.delimiter)
    is_own = name not in DELIMITERS
    delimiters = [(key, words, key == name) for key, (_, words) in DELIMITERS.items()]
    return ExportMenu(
        formats=[(one.name, one.label, one == last.format) for one in FORMATS],
        delimiters=[*delimiters, (OWN, "Own character", is_own)],
        quotings=[(key, words, key == last.look.quoting) for key, words in QUOTING_WORDS.items()],
        own=name if is_own else "",
    )


def _remembered(cookie: str) -> Chosen:
    name, _, options = cookie.partition(_BETWEEN)
    quoting, _, delimiter = options.partition(_BETWEEN)
    try:
        if delimiter and delimiter not in DELIMITERS:
            delimiter = chr(int(delimiter, 16))
        return chosen(name, delimiter=delimiter, quoting=quoting)
    except (OptionError, ValueError, OverflowError):
        return Chosen()
