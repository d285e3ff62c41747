"""Which rules a value satisfies, as bits: the cost does not grow with the number of rules.

A mask is a `uint64`, bit n for rule n of at most 64. For each condition a table leads from a
value (or an interval of values) to its mask; a rule that does not ask has its bit set throughout.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from policy.values.addresses import AddressSet
from policy.values.names import BLANKS, NamePattern
from policy.values.ports import PortSet
from policy.vectorised.frame import MAPPED

Masks = NDArray[np.uint64]
MOST_RULES = 64
ALL = (1 << MOST_RULES) - 1
_CODES = 1 << 16
_V4 = 4


def unasked(asked: Sequence[object | None]) -> int:
    """Return the mask of the rules that don't ask."""
    return ALL & ~sum(1 << bit for bit, wanted in enumerate(asked) if wanted is not None)


def of_codes(codes: NDArray[np.uint16], asked: Sequence[frozenset[int] | None]) -> Masks:
    """Return the masks of code values."""
    table = np.full(_CODES, unasked(asked), np.uint64)
    for bit, wanted in enumerate(asked):
        if wanted is not None:
            table[list(wanted)] |= np.uint64(1 << bit)
    found: Masks = table[codes]
    return found


def of_ports(ports: NDArray[np.uint16], asked: Sequence[PortSet | None]) -> Masks:
    """Return the masks of ports."""
    table = np.full(_CODES, unasked(asked), np.uint64)
    for bit, wanted in enumerate(asked):
        for one in wanted.members if wanted else ():
            table[one.first : one.last + 1] |= np.uint64(1 << bit)
    found: Masks = table[ports]
    return found


def of_lengths(bits: NDArray[np.uint32], asked: Sequence[int | None], *, unknown: int) -> Masks:
    """Return the masks of key lengths in bits; `unknown` is the mask of length 0."""
    points = np.array(sorted({0, 1, *(one for one in asked if one)}), np.uint64)
    table = np.full(len(points), unasked(asked), np.uint64)
    for bit, wanted in enumerate(asked):
        if wanted is not None:
            table[points >= np.uint64(wanted)] |= np.uint64(1 << bit)
    table[0] = np.uint64(unknown)
    found: Masks = table[np.searchsorted(points, bits.astype(np.uint64), side="right") - 1]
    return found


def of_names(
    names: pl.Series, asked: Sequence[NamePattern | None], *, exact: bool = False
) -> Masks:
    """Return the masks of job names or user IDs; each different name is looked at once.

    `exact`: names count in upper case alone.
    """
    different = names.unique()
    tidy = different.str.strip_chars(BLANKS)
    tidy = tidy if exact else tidy.str.to_uppercase()
    table = np.full(len(different), unasked(asked), np.uint64)
    for bit, wanted in enumerate(asked):
        if wanted is not None:
            fits = tidy.str.starts_with(wanted.stem) if wanted.is_prefix else tidy == wanted.text
            table[fits.to_numpy()] |= np.uint64(1 << bit)
    lookup = pl.DataFrame({"name": different, "mask": table})
    rows = pl.DataFrame({"name": names}).join(lookup, on="name", how="left", maintain_order="left")
    return rows["mask"].to_numpy()


def of_addresses(
    high: NDArray[np.uint64], low: NDArray[np.uint64], asked: Sequence[AddressSet | None]
) -> Masks:
    """Return the masks of addresses given as two words."""
    is_v4 = (high == 0) & (low >> np.uint64(32) == np.uint64(MAPPED >> 32))
    found = np.empty(len(high), np.uint64)
    points, table = _spans(asked, is_v4=True)
    found[is_v4] = _looked_up(np.array(points, np.uint64), table, low[is_v4])
    if not is_v4.all():
        points, table = _spans(asked, is_v4=False)
        found[~is_v4] = _looked_up(_keys_of(points), table, _keys(high[~is_v4], low[~is_v4]))
    return found


def _looked_up(
    points: NDArray[np.uint64] | NDArray[np.bytes_],
    table: Masks,
    keys: NDArray[np.uint64] | NDArray[np.bytes_],
) -> Masks:
    places = np.searchsorted(points, keys, side="right") - 1
    found: Masks = table[places]
    return found


def _spans(asked: Sequence[AddressSet | None], *, is_v4: bool) -> tuple[list[int], Masks]:
    """First addresses of the intervals between which nothing changes, and their masks."""
    spans = [
        (int(one.first), int(one.last), bit)
        for bit, wanted in enumerate(asked)
        for one in (wanted.members if wanted else ())
        if (one.first.version == _V4) is is_v4
    ]
    if is_v4:
        spans = [(MAPPED | first, MAPPED | last, bit) for first, last, bit in spans]
    points = sorted({0, *(first for first, _, _ in spans), *(last + 1 for _, last, _ in spans)})
    points = [point for point in points if point < 1 << 128]
    table = np.full(len(points), unasked(asked), np.uint64)
    for first, last, bit in spans:
        table[bisect_left(points, first) : bisect_right(points, last)] |= np.uint64(1 << bit)
    return points, table


def _keys(high: NDArray[np.uint64], low: NDArray[np.uint64]) -> NDArray[np.bytes_]:
    """Words as 16 bytes that sort like numbers."""
    words = np.empty((len(high), 2), ">u8")
    words[:, 0], words[:, 1] = high, low
    return words.view("S16").ravel()


def _keys_of(points: list[int]) -> NDArray[np.bytes_]:
    high = np.array([point >> 64 for point in points], np.uint64)
    low = np.array([point & ALL for point in points], np.uint64)
    return _keys(high, low)
