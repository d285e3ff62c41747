"""64-bit sums over byte regions: the keys by which equal sessions and records are found.

Each region is a sum of its 32-bit words times fixed odd multipliers, modulo 2**64 (multilinear
hashing). The multipliers come from splitmix64 with fixed seeds and never change: fingerprints
made of them are stored and compared over years.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD_BYTES = 4
WORD = np.dtype("<u4")
_GOLDEN = 0x9E37_79B9_7F4A_7C15
_MIX_1 = np.uint64(0xBF58_476D_1CE4_E5B9)
_MIX_2 = np.uint64(0x94D0_49BB_1331_11EB)
_SLICE_WORDS = 1 << 20
_SEED_STEP = 0x0001_0000_0001
_MAX_WORDS = 1 << 14
"""Enough for the longest record, 65,535 bytes."""


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the splitmix64 finalisation of each value (a bijection)."""
    mixed = (values ^ (values >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    return mixed ^ (mixed >> np.uint64(31))


@cache
def _table(seed: int) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        steps = np.arange(1, _MAX_WORDS + 2, dtype=np.uint64) * np.uint64(_GOLDEN)
        return mix(steps + np.uint64(seed * _SEED_STEP)) | np.uint64(1)


def multipliers(seed: int, words: int) -> NDArray[np.uint64]:
    """Return `words` + 1 odd multipliers of one seed; the first belongs to the length."""
    return _table(seed)[: words + 1]


def sum_words(words: NDArray[np.uint32], seeds: tuple[int, ...], length: int) -> NDArray[np.uint64]:
    """Return one sum per seed for each row of an (n, words) matrix with `length` bytes a row."""
    width = words.shape[1]
    factors = np.stack([multipliers(seed, width) for seed in seeds], axis=1)
    total = np.empty((len(words), len(seeds)), np.uint64)
    step = max(1, _SLICE_WORDS // max(1, width))
    for begin in range(0, len(words), step):
        part = words[begin : begin + step].astype(np.uint64)
        np.matmul(part, factors[1:], out=total[begin : begin + step])
    total += np.uint64(length) * factors[0]
    return total


def sum_regions(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    seeds: tuple[int, ...],
) -> NDArray[np.uint64]:
    """Return one sum per seed for each region `data[start : start + length]`.

    Reads up to three bytes behind a region (they do not count), so `data` must be padded. Empty
    regions sum to zero.
    """
    sums = np.zeros((len(starts), len(seeds)), np.uint64)
    for length in np.flatnonzero(np.bincount(lengths)).tolist():
        if not length:
            continue
        where = np.flatnonzero(lengths == length)
        # Long regions in slices, so that the copies stay small whatever the records look like.
        step = max(1, _SLICE_WORDS * WORD_BYTES // length)
        for begin in range(0, len(where), step):
            part = where[begin : begin + step]
            sums[part] = sum_words(_words_at(data, starts[part], length), seeds, length)
    return sums


def _words_at(
    data: NDArray[np.uint8], starts: NDArray[np.int64], length: int
) -> NDArray[np.uint32]:
    padded = -(-length // WORD_BYTES) * WORD_BYTES
    raw = np.ndarray((len(data) - padded + 1,), f"V{padded}", data, strides=(1,))
    rows = raw[starts]
    if padded != length:
        rows.view(np.uint8).reshape(-1, padded)[:, length:] = 0
    return rows.view(WORD).reshape(-1, padded // WORD_BYTES)
