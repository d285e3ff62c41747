"""Pages by key: the next page begins after the last row's sort values and primary key.

No OFFSET: the thousandth page costs what the first one does, and rows that arrive in between shift
nothing. A key travels in the address as opaque text and carries the sort order it belongs to, and
whether the page ends before it instead: that is the way back.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

PAGE_ROWS: Final = 100
"""Rows of a page unless asked otherwise."""

MOST_ROWS: Final = 1000
"""Rows of a page at most."""

COUNT_CAP: Final = 10_000
"""Rows are counted up to here; beyond it the count says `more than`."""

_BACK: Final = "<"
"""Stands first in a key that leads backwards; no order has this name."""


Row = TypeVar("Row")


class PageKeyError(ValueError):
    """The `after` of an address is damaged or belongs to another order; the message says which."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows by column key and the way on.

    `next` is the `after` of the next page, None on the last one; `previous` that of the page
    before, None on the first one. `total` counts rows of all pages and is a lower bound when
    `total_is_capped`; `sums` are totals over the rows of all pages by column key, where they are
    known. `cut` is one sentence when the result is not what was asked for (time limit, refused
    filter), else empty.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    next: str | None = None
    total: int = 0
    total_is_capped: bool = False
    cut: str = ""
    previous: str | None = None
    sums: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One part of an order: an SQL expression that is never NULL and its type.

    `type` is one of `text`, `bigint`, `inet`, `timestamptz`, `timestamp`, `date`.
    """

    sql: str
    type: str


@dataclass(frozen=True, slots=True)
class Order:
    """A whole order: its name as in the address (`-bytes` falls), its parts, the primary key last.

    All parts run in one direction, so that one row comparison finds the next page.
    """

    name: str
    keys: tuple[SortKey, ...]

    @property
    def falls(self) -> bool:
        """True when the greatest come first."""
        return self.name.startswith("-")

    @property
    def sql(self) -> str:
        """The ORDER BY list."""
        return self._sql(falls=self.falls)

    def place(self, text: str | None) -> Place:
        """Return where the page of a key lies; the first page without one. Raises PageKeyError."""
        if not text:
            return Place("TRUE", (), self.sql)
        backwards, values = _read(text, self)
        left = ", ".join(key.sql for key in self.keys)
        right = ", ".join(f"%s::{key.type}" for key in self.keys)
        falls = self.falls is not backwards
        condition = f"({left}) {'<' if falls else '>'} ({right})"
        return Place(condition, tuple(values), self._sql(falls=falls), text, backwards)

    def _sql(self, *, falls: bool) -> str:
        direction = "DESC" if falls else "ASC"
        return ", ".join(f"{key.sql} {direction}" for key in self.keys)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies: read one row more than it has `WHERE condition ORDER BY sql`.

    `backwards` when the rows come from its end to its beginning. `key` is None on the first page.
    """

    condition: str
    params: tuple[str | int, ...]
    sql: str
    key: str | None = None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Cut(Generic[Row]):
    """The rows of one page in their order, and the keys of the pages around it."""

    rows: list[Row]
    previous: str | None
    next: str | None


def cut(
    found: Sequence[Row],
    place: Place,
    *,
    order: Order,
    limit: int,
    key: Callable[[Row], Sequence[object]],
) -> Cut[Row]:
    """Return the page of rows that were read at its place; `key` gives a row's sort values."""
    rows, more = list(found[:limit]), len(found) > limit
    if place.backwards:
        rows.reverse()
    if not rows:
        return Cut(rows, None, None)
    before = more if place.backwards else place.key is not None
    after = more or place.backwards
    return Cut(
        rows,
        pack(order, key(rows[0]), backwards=True) if before else None,
        pack(order, key(rows[-1])) if after else None,
    )


def pack(order: Order, values: Sequence[object], *, backwards: bool = False) -> str:
    """Return the opaque key of the row with these sort values; `backwards`: for what is before."""
    way = [_BACK] if backwards else []
    plain = [*way, order.name, *(_plain(value) for value in values)]
    text = json.dumps(plain, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(text: str, order: Order) -> list[str | int]:
    """Return the sort values of a key, each checked against its type. Raises PageKeyError."""
    return _read(text, order)[1]


def _read(text: str, order: Order) -> tuple[bool, list[str | int]]:
    """Return whether a key leads backwards, and its sort values. Raises PageKeyError."""
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise PageKeyError("`after` is damaged: start again at the first page") from None
    backwards = isinstance(found, list) and found[:1] == [_BACK]
    found = found[1:] if backwards else found
    if not isinstance(found, list) or len(found) != len(order.keys) + 1:
        raise PageKeyError("`after` does not fit this table: start again at the first page")
    if found[0] != order.name:
        raise PageKeyError("`after` belongs to another order: start again at the first page")
    try:
        values = [_CHECKS[key.type](one) for key, one in zip(order.keys, found[1:], strict=True)]
    except (TypeError, ValueError):
        raise PageKeyError("`after` is damaged: start again at the first page") from None
    return backwards, values


def asked_limit(text: str | None) -> int:
    """Return the rows of a page that an address asks for. Raises ValueError with the reason."""
    if text is None:
        return PAGE_ROWS
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_ROWS))
    if not plain or not 1 <= int(text) <= MOST_ROWS:
        raise ValueError(f"`limit` is a number from 1 to {MOST_ROWS}")
    return int(text)


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()  # half a surrogate pair is JSON, but no text for a database
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError(value)
    return value


def _address(value: Any) -> str:
    found = ipaddress.ip_address(_text(value))
    if isinstance(found, ipaddress.IPv6Address) and found.scope_id:
        raise ValueError(value)
    return str(found)


_CHECKS: Final[Mapping[str, Callable[[Any], str | int]]] = {
    "text": _text,
    "bigint": _number,
    "inet": _address,
    "timestamptz": lambda value: datetime.fromisoformat(value).isoformat(),
    "timestamp": lambda value: datetime.fromisoformat(value).isoformat(),
    "date": lambda value: datetime.fromisoformat(value).date().isoformat(),
}
