"""A security session's protection in words: those that its interval records have in the store."""

from __future__ import annotations

import json
from functools import lru_cache

from smf.decode.identity.protections import SECTIONS, ProtectionKey
from smf.describe import outline_of
from smf.ebcdic import DEFAULT_CODE_PAGE
from smf.encode.summary import PROTOCOL_BITS, Z32, Protection
from smf.encode.values import encode_section
from smf.layout import SUMMARY

_MOST_KEPT = 4_096


def title_of(protection: Protection) -> str:
    """Return the title of a protection, as a decoder would read it from its record."""
    name = protection.protocol.lower()
    data = b""
    if name in SECTIONS:
        data = encode_section(SUMMARY, name, protection.values, length=Z32.length(name))
    return _title(name, data)


@lru_cache(_MOST_KEPT)
def _title(name: str, data: bytes) -> str:
    sections = tuple(data if name == one else b"" for one in SECTIONS)
    key = ProtectionKey(PROTOCOL_BITS[name.upper()], sections, b"", ipv6=False)
    outline, _ = outline_of(json.loads(key.raw(DEFAULT_CODE_PAGE)))
    return outline.description.title
