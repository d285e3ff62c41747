"""What is a protection's own: serials, dates, tunnel end points and names, texts that are no codes.

A site can have a hundred thousand certificates of single clients. Nothing but these texts differs
in what is said of them, and no class or title rests on one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smf.describe.certificates import not_after
from smf.describe.label import CERTIFICATES

MASK = "\0"
"""Stands for a text: neither blank nor zeros, and no time."""

Codes = dict[str, object]
Own = dict[str, str]
"""Texts by the key of their label, those of names by `dn.` and the type."""


def _as_it_is(text: str) -> str:
    return text


_PARTS: Mapping[str, Callable[[str], str]] = {"serial": _as_it_is, "not_after": not_after}
_END_POINTS = {"lcl": "local_endpoint", "rmt": "remote_endpoint"}


def split_section(section: Mapping[str, object]) -> tuple[Codes, Own]:
    """Return the section with `MASK` for each text of its own, and those texts.

    Blank ones stay, and those of zeros: they can mean that there is no certificate.
    """
    codes, own = dict(section), Own()
    for field, key in _END_POINTS.items():
        _take(codes, field, key, own, _as_it_is)
    for prefix in CERTIFICATES:
        certificate = codes.get(prefix)
        if isinstance(certificate, Mapping):
            inner = codes[prefix] = dict(certificate)
            for part, read in _PARTS.items():
                _take(inner, part, f"{prefix}_{part}", own, read)
    return codes, own


def _take(codes: Codes, field: str, key: str, own: Own, read: Callable[[str], str]) -> None:
    value = codes.get(field)
    if isinstance(value, str) and (text := value.strip()).strip("0"):
        own[key] = read(text)
        codes[field] = MASK
