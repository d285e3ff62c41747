"""Texts that records can carry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from smf import ebcdic
from smf.encode.values import Scalar, Values


def carried(text: str) -> str:
    """Return a text with `?` for each character that code page 1047 lacks."""
    known = _known()
    return text if known.issuperset(text) else "".join(c if c in known else "?" for c in text)


def carried_values(values: Values) -> Values:
    """Return a section's values with texts that can be written."""
    return {key: _value(one) for key, one in values.items()}


def _value(value: Scalar | Mapping[str, Scalar]) -> Scalar | Mapping[str, Scalar]:
    if isinstance(value, str):
        return carried(value)
    if isinstance(value, Mapping):
        return {key: carried(one) if isinstance(one, str) else one for key, one in value.items()}
    return value


@cache
def _known() -> frozenset[str]:
    return frozenset(ebcdic.table(ebcdic.DEFAULT_CODE_PAGE)) - {"\ufffd"}
