"""Boxes: a mask of cells for each condition; none of them is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policy.errors import GivenUpError

Box = tuple[int, ...]
MOST_COMPARISONS: Final = 1_200_000
"""Of two boxes; a few seconds of work."""
_CELLS_OF_ONE: Final = 16_384
"""So many cells of a box cost about as much as comparing a small one."""


class Work:
    """How many comparisons are left; everything that shares it is given up together."""

    def __init__(self, most: int = MOST_COMPARISONS) -> None:
        self._left = most

    def spend(self, count: int) -> None:
        """Take away so many comparisons; raises `GivenUpError` behind the end."""
        self._left -= count
        if self._left < 0:
            raise GivenUpError("there is too much to compare")


def common(one: Box, other: Box) -> Box | None:
    """Return what two boxes share, None when they share nothing."""
    found = []
    for left, right in zip(one, other, strict=True):
        both = left & right
        if not both:
            return None
        found.append(both)
    return tuple(found)


def near(boxes: Sequence[Box], rules: Sequence[Sequence[Box]], work: Work) -> list[int]:
    """Return the places of the rules that share something with one of `boxes`."""
    found = []
    for place, others in enumerate(rules):
        for box in boxes:
            work.spend(len(others) * _weight(box))
            if _first_met(box, others, 0) < len(others):
                found.append(place)
                break
    return found


def uncovered(box: Box, others: Sequence[Box], work: Work) -> Box | None:
    """Return a part of `box` outside all of `others`, None when they cover it together.

    Raises `GivenUpError`: then nobody knows.
    """
    open_parts, weight = [(box, 0)], _weight(box)
    while open_parts:
        part, start = open_parts.pop()
        place = _first_met(part, others, start)
        work.spend(max(1, place - start) * weight)
        if place == len(others):
            return part
        open_parts.extend((piece, place + 1) for piece in _around(part, others[place]))
    return None


def within(inner: Sequence[Box], outer: Sequence[Box], work: Work) -> bool:
    """Return whether everything in `inner` lies in `outer`; raises `GivenUpError`."""
    return all(uncovered(part, outer, work) is None for part in inner)


def _weight(box: Box) -> int:
    """How many comparisons of small boxes one with this box costs."""
    return 1 + max(map(int.bit_length, box)) // _CELLS_OF_ONE


def _first_met(box: Box, others: Sequence[Box], start: int) -> int:
    """The first of `others` from `start` on that a box shares something with, or their number."""
    for place in range(start, len(others)):
        for left, right in zip(box, others[place], strict=True):
            if not left & right:
                break
        else:
            return place
    return len(others)


def _around(box: Box, other: Box) -> list[Box]:
    """The pieces of `box` outside `other`, which it meets."""
    pieces = []
    inside = box
    for place, mask in enumerate(other):
        outside = inside[place] & ~mask
        if outside:
            pieces.append((*inside[:place], outside, *inside[place + 1 :]))
        inside = (*inside[:place], inside[place] & mask, *inside[place + 1 :])
    return pieces
