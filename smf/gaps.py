"""JSON texts that are alike but for a few values: written once, with gaps that are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from json.encoder import encode_basestring

_GAP = re.compile(r'"\\u0000gap:([^"]*)"')


def gap(name: str) -> str:
    """Return what stands in a value where another one will stand; not a text of any record."""
    return f"\0gap:{name}"


class Gapped:
    """JSON text with gaps; `names` are those of the gaps, in their order."""

    def __init__(self, text: str) -> None:
        self._pieces = _GAP.split(text)
        self.names = tuple(self._pieces[1::2])

    def filled(self, texts: Mapping[str, str]) -> str:
        """Return the text with a JSON text in each gap; raises `KeyError` when one is missing."""
        pieces = self._pieces.copy()
        pieces[1::2] = [texts[name] for name in self.names]
        return "".join(pieces)


def json_text(value: str) -> str:
    """Return one text as JSON."""
    return encode_basestring(value)
