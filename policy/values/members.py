"""Members of address and port groups: at least one, none twice, not too many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from policy.errors import ValueInvalidError

MOST_MEMBERS: Final = 2_000
"""Our own bound (docs/fidelity.md); what costs something for each member relies on it."""
MENDED: Final = "write ranges or prefixes, or make a rule for each part"


MOST_NAMED: Final = 20
"""More members than these are counted behind them, where people read."""


class Spans:
    """Numbers from first to last, many of them: whether one is among them takes few steps."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in sorted(spans):
            if self._lasts and first <= self._lasts[-1]:
                self._lasts[-1] = max(self._lasts[-1], last)
            else:
                self._firsts.append(first)
                self._lasts.append(last)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._firsts, number) - 1
        return place >= 0 and number <= self._lasts[place]


def named(members: Sequence[object]) -> str:
    """Return the members in words, of many the first ones and how many more there are."""
    more = len(members) - MOST_NAMED
    if more <= 1:
        return ", ".join(map(str, members))
    return f"{', '.join(map(str, members[:MOST_NAMED]))} and {more:,} more"


def check_members(members: Sequence[object], what: str, name: str) -> None:
    """Check the members of a group; `what` is `an address` or `a port`.

    Raises `ValueInvalidError`.
    """
    if not members:
        raise ValueInvalidError(name, f"is {what} group without a member")
    said = name or (f"{members[0]}, ..." if len(members) > 1 else str(members[0]))
    if len(members) > MOST_MEMBERS:
        raise ValueInvalidError(said, too_many(len(members)), MENDED)
    if len(set(members)) != len(members):
        raise ValueInvalidError(said, f"names {what} twice")


def too_many(count: int) -> str:
    """Return what is said of a group of so many members."""
    return f"has {count:,} members, at most {MOST_MEMBERS:,} are taken"
