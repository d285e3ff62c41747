"""Cells: stretches of values that no rule tells apart, and sets of them as bit masks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from policy.values.addresses import AddressSet, IPAddress
from policy.values.names import NamePattern
from policy.values.ports import HIGHEST, PortSet

Spans = Sequence[tuple[int, int]]
_V6: Final = 1 << 32
"""IPv6 addresses stand behind those of IPv4."""
_BEHIND_NAMES: Final = "\x7f"


class Numbers:
    """Cells of numbers below `end`: each begins at one of `starts`."""

    def __init__(self, spans: Iterable[Spans | None], always: Iterable[int], end: int) -> None:
        found = {*always}
        for one in spans:
            for first, last in one or ():
                found |= {first, last + 1}
        self.starts = sorted(number for number in found if number < end)

    def mask(self, spans: Spans | None) -> int:
        """Return the cells that spans take, all of them for None; linear in both."""
        if spans is None:
            return (1 << len(self.starts)) - 1
        places = ((self._place(first), self._place(last + 1)) for first, last in spans)
        return of_stretches(sorted(places), len(self.starts))

    def _place(self, number: int) -> int:
        return bisect_left(self.starts, number)


class Names:
    """A name for each way that names can fit: every stem, and every stem with more behind it."""

    def __init__(self, patterns: Iterable[NamePattern | None]) -> None:
        stems = {one.stem for one in patterns if one}
        self.names = sorted({"", "?", *stems, *(f"{stem}?" for stem in stems)})

    def mask(self, pattern: NamePattern | None) -> int:
        """Return the cells that a pattern fits, all of them for None."""
        if pattern is None:
            return (1 << len(self.names)) - 1
        first = bisect_left(self.names, pattern.stem)
        last = first + 1
        if pattern.is_prefix:
            last = bisect_left(self.names, pattern.stem + _BEHIND_NAMES)
        return of_stretches([(first, last)], len(self.names))


def of_stretches(stretches: Iterable[tuple[int, int]], count: int) -> int:
    """Return the mask of `count` cells with these stretches set, given in their order."""
    digits = bytearray(b"0" * count)
    done = 0
    for first, last in stretches:
        start = max(first, done)
        if last > start:
            digits[count - last : count - start] = b"1" * (last - start)
            done = last
    return int(digits, 2)


def of_addresses(sets: Iterable[AddressSet | None]) -> Numbers:
    """Return the cells of addresses."""
    return Numbers(map(address_spans, sets), (0, _V6), _V6 + (1 << 128))


def of_ports(sets: Iterable[PortSet | None]) -> Numbers:
    """Return the cells of ports; 0 is one that is not known."""
    return Numbers(map(port_spans, sets), (0, 1), HIGHEST + 1)


def address_spans(wanted: AddressSet | None) -> Spans | None:
    """Return the addresses of a group as numbers."""
    if wanted is None:
        return None
    return [(_number(one.first), _number(one.last)) for one in wanted.members]


def port_spans(wanted: PortSet | None) -> Spans | None:
    """Return the ports of a group."""
    return None if wanted is None else [(one.first, one.last) for one in wanted.members]


def address_of(number: int) -> IPAddress:
    """Return the address of a number that `address_spans` gives."""
    return IPv4Address(number) if number < _V6 else IPv6Address(number - _V6)


def _number(address: IPAddress) -> int:
    return int(address) + (_V6 if isinstance(address, IPv6Address) else 0)
