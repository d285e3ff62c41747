"""The door: the raw codes of a protection in, names, class and reason out.

Every name keeps its confidence, an unlisted code is shown as one. Nothing here changes raw codes;
who keeps descriptions makes them anew when `TABLES_VERSION` has changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from smf.describe.label import NAMES, Label
from smf.describe.outline import Description, Outline, outline_of
from smf.tables import digest_of_tables

__all__ = [
    "LABEL_KEYS",
    "TABLES_VERSION",
    "Description",
    "Label",
    "Outline",
    "describe",
    "outline_of",
]

_RULES = 1
"""Counts up with every change of this room that describes the same codes in another way."""
TABLES_VERSION = f"{_RULES}-{digest_of_tables()}"
"""At most 16 characters; other when a code table or the describing rules are."""
LABEL_KEYS = frozenset(NAMES)


def describe(raw: Mapping[str, object]) -> Description:
    """Return what the raw codes of a protection mean (the JSON of `smf.decode.protections`)."""
    shared, own = outline_of(raw)
    return shared.filled(own)
