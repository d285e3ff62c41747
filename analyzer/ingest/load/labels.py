"""What a protection's raw codes mean, as columns; recomputed when the tables change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from analyzer.queries.terms import facts
from smf.describe import TABLES_VERSION, Description, Label, Outline, outline_of
from smf.gaps import Gapped, gap, json_text

NUL_SIGN = "\N{SYMBOL FOR NULL}"  # PostgreSQL has no NUL, in texts or in jsonb
_WIDTHS = {"version": 20, "cipher": 6, "source": 16}
_LABEL = tuple(field.name for field in fields(Label))
_values_of = attrgetter(*_LABEL)
_MOST_SHARED = 2_048
VERSION = f"{TABLES_VERSION}-{facts.RULES}"
"""Of all that the derived columns are made by; at most 16 characters."""
JSON = ("labels", "details")
DERIVED = (
    *("tables_version", "title", *JSON, *_WIDTHS, "strength", "reason"),
    *("confidence", "failed_handshake", "mismatch", "quantum_vulnerable", "dn_text"),
    *("facts", "key_bits", "not_after"),
)


def readable(raw: str) -> Any:
    """The JSON of a record's sections, storable."""
    value = json.loads(raw)
    return _without_nul(value) if "\\u0000" in raw else value


def derived(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The derived columns of a protection."""
    found = derived_texts(raw)
    return found | {name: json.loads(found[name]) for name in JSON}


def derived_texts(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with JSON as text: what protections share is put together once."""
    outline, own = outline_of(raw)
    shared = _shared(outline)
    texts = {name: json_text(text) for name, text in own.items()}
    return {
        **shared.columns,
        **{name: text.filled(texts) for name, text in shared.texts.items()},
        "dn_text": "\n".join(text for _, text in raw["dns"]),
        **facts.facts_of(raw["protocol"], shared.labels | own),
    }


@dataclass(frozen=True, slots=True)
class _Shared:
    """Columns of all protections with one outline; `texts` have gaps for what is their own."""

    columns: dict[str, Any]
    texts: dict[str, Gapped]
    labels: dict[str, str]


@lru_cache(_MOST_SHARED)
def _shared(outline: Outline) -> _Shared:
    found = outline.filled({name: gap(name) for _, name in outline.own})
    texts = {label.key: label.text for label in found.labels}
    details = [dict(zip(_LABEL, _values_of(label), strict=True)) for label in found.labels]
    columns = {
        "tables_version": VERSION,
        "title": found.title,
        **{key: texts.get(key, "")[:width] for key, width in _WIDTHS.items()},
        **_judged(found),
    }
    values = zip(JSON, (texts, details), strict=True)
    return _Shared(columns, {name: Gapped(json.dumps(value)) for name, value in values}, texts)


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
