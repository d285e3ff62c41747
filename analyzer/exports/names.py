"""File names that say what is inside, which filter chose it, and when."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from analyzer.queries.filters import Filters

_LONGEST: Final = 120
_SIGNS: Final = {
    "!": "not-",
    "<=": "up-to-",
    ">=": "from-",
    "<": "below-",
    ">": "above-",
}


def file_name(what: str, filters: Filters, now: datetime, ending: str) -> str:
    """Return a name of letters, digits, dots, dashes and underscores only."""
    asked = [
        _plain(f"{key}-{'-'.join(map(_worded, values))}")
        for key, values in filters.to_params().items()
        if key not in {"days", "from", "to"}
    ]
    said = "_".join([_plain(what), *asked])[:_LONGEST].rstrip("-_.")
    when = now.astimezone(UTC).strftime("%Y-%m-%dT%H%MZ")
    return f"zertify_{said}_{_plain(filters.period.words)}_{when}.{ending}"


def _worded(value: str) -> str:
    """A value without the signs that no file name can hold."""
    for sign, word in _SIGNS.items():
        value = value.replace(sign, word)
    return value


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+|[.]{2,}", "-", text).strip("-.")
