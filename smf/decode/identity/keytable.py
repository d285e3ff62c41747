"""What has been seen: from two 64-bit sums to an index, for whole columns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNKNOWN = -1
_BUCKETS_PER_KEY = 8


class KeyTable:
    """A growing map from a pair of sums to an index.

    The first sum finds the place, the second confirms it; pairs that share their first sum with
    another pair live in a dictionary, so that no coincidence merges two of them. Firsts are sorted,
    and their leading bits number buckets that mostly hold one of them: no search is needed then.
    """

    def __init__(self) -> None:
        self._firsts = np.empty(0, np.uint64)
        self._seconds = np.empty(0, np.uint64)
        self._indices = np.empty(0, np.int32)
        self._others: dict[tuple[int, int], int] = {}
        self._shift = np.uint64(63)
        self._buckets = np.zeros(2, np.int64)

    def find(self, firsts: NDArray[np.uint64], seconds: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Return the index of each pair, `UNKNOWN` where it was never added."""
        found = np.full(len(firsts), UNKNOWN, np.int32)
        if not len(self._firsts):
            return found
        places = self._buckets[firsts >> self._shift]
        near = self._firsts[places] == firsts
        far = np.flatnonzero(~near)
        places[far] = self._places(firsts[far])
        near[far] = self._firsts[places[far]] == firsts[far]
        same = near & (self._seconds[places] == seconds)
        found[same] = self._indices[places[same]]
        for row in np.flatnonzero(near & ~same).tolist():
            found[row] = self._others.get((int(firsts[row]), int(seconds[row])), UNKNOWN)
        return found

    def add(
        self,
        firsts: NDArray[np.uint64],
        seconds: NDArray[np.uint64],
        indices: NDArray[np.int32],
    ) -> None:
        """Remember pairs that `find` does not know; no pair may be given twice."""
        order = np.argsort(firsts, kind="stable")
        firsts, seconds, indices = firsts[order], seconds[order], indices[order]
        taken = np.zeros(len(firsts), np.bool_)
        taken[1:] = firsts[1:] == firsts[:-1]
        places = np.searchsorted(self._firsts, firsts)
        inside = places < len(self._firsts)
        taken[inside] |= self._firsts[places[inside]] == firsts[inside]
        for row in np.flatnonzero(taken).tolist():
            self._others[int(firsts[row]), int(seconds[row])] = int(indices[row])
        free = ~taken
        places = places[free]
        self._firsts = np.insert(self._firsts, places, firsts[free])
        self._seconds = np.insert(self._seconds, places, seconds[free])
        self._indices = np.insert(self._indices, places, indices[free])
        bits = (_BUCKETS_PER_KEY * len(self._firsts)).bit_length()
        self._shift = np.uint64(64 - bits)
        self._buckets = self._places(np.arange(1 << bits, dtype=np.uint64) << self._shift)

    def _places(self, firsts: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return where each would stand among the known ones, the last place at most."""
        return np.minimum(np.searchsorted(self._firsts, firsts), len(self._firsts) - 1)


def first_rows(
    firsts: NDArray[np.uint64], seconds: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first row of each distinct pair, in order of appearance, and each row's group."""
    order = np.lexsort((seconds, firsts))
    new = np.ones(len(order), np.bool_)
    new[1:] = (firsts[order][1:] != firsts[order][:-1]) | (
        seconds[order][1:] != seconds[order][:-1]
    )
    # `lexsort` is stable: the first of each run is the first in the dump.
    rows = order[new]
    rank = np.empty(len(rows), np.int64)
    by_appearance = np.argsort(rows)
    rank[by_appearance] = np.arange(len(rows))
    groups = np.empty(len(order), np.int64)
    groups[order] = rank[np.cumsum(new) - 1]
    return rows[by_appearance], groups
