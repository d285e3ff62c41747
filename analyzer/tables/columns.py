"""What a column is: its stable key, its words, its kind, and where its value comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from web.paging import Order, SortKey

Kind = Literal[
    "text",
    "mono",
    "int",
    "count",
    "bytes",
    "time",
    "protocol",
    "strength",
    "state",
    "actions",
    "change",
    "sides",
    "expiry",
    "run",
]
_NUMBERS: Final = frozenset({"int", "count", "bytes"})
ALL: Final = "all"
"""Stands for every column where columns are named."""
_LEAST: Final = {"bigint": "-1", "timestamptz": "'0001-01-01T00:00Z'::timestamptz", "text": "''"}


class UnknownColumnError(ValueError):
    """An address names a column that the table doesn't have; the message says which."""


@dataclass(frozen=True, slots=True)
class Column:
    """`sql` is the value in the query's relation `r`; empty: `r."key"`.

    `sort` replaces the value for ordering (a port range sorts by its numbers, an address as one).
    `flag` is the key of words that stand as a warning beside the value.
    """

    key: str
    label: str
    help: str = ""
    kind: Kind = "text"
    sql: str = ""
    sort: tuple[SortKey, ...] = ()
    sortable: bool = True
    default_visible: bool = True
    flag: str = ""

    @property
    def align(self) -> str:
        return "right" if self.kind in _NUMBERS else "left"

    @property
    def value_sql(self) -> str:
        return self.sql or f'r."{self.key}"'

    @property
    def sort_keys(self) -> tuple[SortKey, ...]:
        """What the column sorts by; a missing value comes before the least one."""
        if self.sort:
            return self.sort
        kind = (
            "bigint" if self.kind in _NUMBERS else "timestamptz" if self.kind == "time" else "text"
        )
        return (SortKey(f"coalesce({self.value_sql}, {_LEAST[kind]})", kind),)


@dataclass(frozen=True, slots=True)
class Sum:
    """A value of the rows that is added up over all of them: its key, and what it counts.

    `words` stands behind the sum, `one` where it is 1; `kind` says how it is written.
    """

    key: str
    words: str
    one: str = ""
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in their order, and what one row and many are called.

    `default_sort` is a column key, with `-` in front when the greatest come first; `sums` stand
    above the rows, `hover` is the key of words that say a row.
    """

    name: str
    one: str
    many: str
    columns: tuple[Column, ...]
    default_sort: str
    sums: tuple[Sum, ...] = ()
    hover: str = ""

    @property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    def chosen(self, keys: Sequence[str]) -> tuple[Column, ...]:
        """Return the columns of these keys in their order; all of them for `all` and for no keys.

        Raises UnknownColumnError.
        """
        unknown = [key for key in keys if key not in self.by_key and key != ALL]
        if unknown:
            raise UnknownColumnError(f"`{unknown[0]}` is not a column of this table")
        if not keys or ALL in keys:
            return self.columns
        return tuple(self.by_key[key] for key in dict.fromkeys(keys))

    def order(self, sort: str | None) -> Order:
        """Return the order that a `sort` parameter asks for. Raises UnknownColumnError."""
        asked = sort or self.default_sort
        column = self.by_key.get(asked.removeprefix("-"))
        if column is None or not column.sortable:
            raise UnknownColumnError(f"`{asked}` is not a column to sort by")
        return Order(asked, (*column.sort_keys, SortKey('r."id"', "bigint")))
