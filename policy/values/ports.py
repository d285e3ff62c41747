"""TCP ports and ranges of them: `n`, `n-m`, `n:m` (Policy Agent, general syntax rules)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from policy.errors import ValueInvalidError
from policy.values.members import Spans, check_members
from policy.values.names import check_label

LOWEST, HIGHEST = 1, 65_535
_RANGE = re.compile(r"([0-9]{1,10})(?:[-:]([0-9]{1,10}))?")


@dataclass(frozen=True, slots=True)
class PortRange:
    """Ports from `first` to `last`, 1 to 65535."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not LOWEST <= self.first <= HIGHEST or not LOWEST <= self.last <= HIGHEST:
            raise ValueInvalidError(str(self), f"is not within {LOWEST} to {HIGHEST}")
        if self.first > self.last:
            raise ValueInvalidError(str(self), "ends before it begins", "lower port first")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the port or range in `text`; raises `ValueInvalidError`."""
        found = _RANGE.fullmatch(text)
        if not found:
            raise ValueInvalidError(text, "is no port", "a range is written `20-21`")
        return cls(int(found[1]), int(found[2] or found[1]))

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and self.first <= port <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def merged(ranges: Iterable[PortRange]) -> tuple[PortRange, ...]:
    """Return the same ports as few ranges in their order."""
    found: list[PortRange] = []
    for one in sorted(ranges, key=lambda each: each.first):
        if found and one.first <= found[-1].last + 1:
            found[-1] = PortRange(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PortSet:
    """Any of `members`, 1 to `MOST_MEMBERS`, none twice; `name` where it is a named group."""

    members: tuple[PortRange, ...]
    name: str = ""
    _spans: Spans = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_members(self.members, "a port", self.name)
        spans = Spans((one.first, one.last) for one in self.members)
        object.__setattr__(self, "_spans", spans)
        check_label(self.name)

    @classmethod
    def parse(cls, *texts: str, name: str = "") -> Self:
        """Return the set of what is written in `texts`; raises `ValueInvalidError`."""
        return cls(tuple(PortRange.parse(text) for text in texts), name)

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and port in self._spans

    def __str__(self) -> str:
        return ", ".join(str(member) for member in self.members)
