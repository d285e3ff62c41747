"""What a protection's raw codes mean, as columns; recomputed when the tables change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

from smf.describe import TABLES_VERSION, Description, Label, describe

NUL_SIGN = "\N{SYMBOL FOR NULL}"  # PostgreSQL has no NUL, in texts or in jsonb
_WIDTHS = {"version": 20, "cipher": 6, "source": 16}
_LABEL = tuple(field.name for field in fields(Label))
_values_of = attrgetter(*_LABEL)  # `asdict` copies deeply, which took most of the time
DERIVED = (
    *("tables_version", "title", "labels", "details", *_WIDTHS, "strength", "reason"),
    *("confidence", "failed_handshake", "mismatch", "quantum_vulnerable", "dn_text"),
)


def readable(raw: str) -> Any:
    """The JSON of a record's sections, storable."""
    value = json.loads(raw)
    return _without_nul(value) if "\\u0000" in raw else value


def derived(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The derived columns of a protection."""
    found = describe(raw)
    texts = {label.key: label.text for label in found.labels}
    return {
        "tables_version": TABLES_VERSION,
        "title": found.title,
        "labels": texts,
        "details": [dict(zip(_LABEL, _values_of(label), strict=True)) for label in found.labels],
        **{key: texts.get(key, "")[:width] for key, width in _WIDTHS.items()},
        **_judged(found),
        "dn_text": "\n".join(text for _, text in raw["dns"]),
    }


def _judged(found: Description) -> dict[str, Any]:
    return {
        "strength": found.strength,
        "reason": found.reason,
        "confidence": found.confidence,
        "failed_handshake": found.failed_handshake,
        "mismatch": found.mismatch,
        "quantum_vulnerable": found.quantum_vulnerable,
    }


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", NUL_SIGN)
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {key: _without_nul(one) for key, one in value.items()}
    return value
