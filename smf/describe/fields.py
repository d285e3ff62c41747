"""One section of a protection's raw JSON, read with types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Fields:
    """The section's fields by key; one that the record does not have reads as 0 or empty."""

    values: Raw

    def number(self, key: str) -> int:
        """Return a code, a length or flags."""
        value = self.values.get(key)
        return value if isinstance(value, int) else 0

    def text(self, key: str) -> str:
        """Return a text without blanks around it."""
        value = self.values.get(key)
        return value.strip() if isinstance(value, str) else ""

    def inner(self, key: str) -> Fields:
        """Return the fields of a nested certificate."""
        value = self.values.get(key)
        return Fields(value if isinstance(value, Mapping) else {})

    def is_blank(self, *but: str) -> bool:
        """True when every field besides those named is zero or empty."""
        return all(_is_empty(value) for key, value in self.values.items() if key not in but)


def _is_empty(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(_is_empty(one) for one in value.values())
    return not str(value).strip("0")
