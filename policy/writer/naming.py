"""Names in a file: short, without blanks, each used once in its kind."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from policy.errors import WriteError
from policy.values.names import file_name

Value = TypeVar("Value", bound=Hashable)


class Names:
    """The names of one kind of statement, given in the order they are asked for.

    Two values with one label get `label` and `label~2`; those without one `prefix1`, `prefix2`.
    """

    def __init__(self, limit: int, prefix: str = "") -> None:
        self._limit = limit
        self._prefix = prefix
        self._taken: set[str] = set()
        self._given: dict[Hashable, str] = {}

    def of(self, value: Value, label: str) -> str:
        """Return the name of a value, the same each time; raises `WriteError` when too long."""
        if value not in self._given:
            self._given[value] = self.fresh(label)
        return self._given[value]

    def fresh(self, label: str) -> str:
        """Return a name that nothing has yet; raises `WriteError` when the label is too long."""
        stem = file_name(label) or f"{self._prefix}1"
        if len(stem) > self._limit:
            raise WriteError(f"the name `{label}` is longer than {self._limit} characters")
        name = stem
        number = 1
        while name in self._taken:
            number += 1
            suffix = str(number) if not label else f"~{number}"
            name = (self._prefix if not label else stem[: self._limit - len(suffix)]) + suffix
        self._taken.add(name)
        return name
