"""How somebody likes their CSV, as an address, a cookie or a command says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from web.csv_stream import QUOTINGS, CsvLook

DELIMITERS: Final[Mapping[str, tuple[str, str]]] = {
    "comma": (",", "Comma"),
    "semicolon": (";", "Semicolon"),
    "pipe": ("|", "Pipe |"),
    "tab": ("\t", "Tab"),
}
"""Delimiters by name, with the character and what a page calls them; any other is its own name."""
QUOTING_WORDS: Final[Mapping[str, str]] = {
    "minimal": "Where needed",
    "all": "All cells",
    "nonnumeric": "All but numbers",
}
PARAMS: Final = ("delimiter", "quoting")
_OWN: Final = frozenset("!#$%&*/:<>?[]^_`{}~")
"""Printable signs of ASCII that stand in no number, begin no formula and quote nothing."""
SIGNS: Final = (*sorted({sign for sign, _ in DELIMITERS.values()} | _OWN),)
"""All delimiters that there can be."""


class OptionError(ValueError):
    """An option can't be used; `param` is its name, the message says why."""

    def __init__(self, message: str, *, param: str) -> None:
        super().__init__(message)
        self.param = param


def csv_look(*, delimiter: str = "", quoting: str = "") -> CsvLook:
    """Return the look that the words ask for, as delivered for empty ones. Raises OptionError."""
    sign = DELIMITERS[delimiter][0] if delimiter in DELIMITERS else delimiter or ","
    if sign not in SIGNS:
        raise OptionError(
            f"`{delimiter}` is no delimiter: name one of {', '.join(DELIMITERS)},"
            f" or give one character of {' '.join(sorted(_OWN))}",
            param="delimiter",
        )
    if quoting not in {"", *QUOTINGS}:
        raise OptionError(f"`{quoting}` is none of {', '.join(QUOTINGS)}", param="quoting")
    return CsvLook(sign, quoting or "minimal")


def delimiter_name(sign: str) -> str:
    """Return what an address calls a delimiter."""
    return next((name for name, (known, _) in DELIMITERS.items() if known == sign), sign)
