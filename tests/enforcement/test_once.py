"""Which records came before, over many batches."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from enforcement.management.once import Once
from smf.decode import columns
from smf.reader import Batch, Position
from tests.policy.strategies import LONG

LEAST, MOST = -(1 << 63), (1 << 63) - 1
PRINTS = st.sampled_from([LEAST, LEAST + 1, -1, *range(9), MOST - 1, MOST]) | st.integers(0, 99)


def batch_of(prints: Sequence[int] | NDArray[np.int64]) -> Batch:
    """A batch of connections of which the fingerprints and the places are known."""
    nothing = pl.DataFrame()
    rows = pl.DataFrame({"fingerprint": prints}, schema={"fingerprint": pl.Int64})
    none_switched = pl.DataFrame(schema=columns.COVERAGE)
    return Batch(
        *(nothing, nothing, nothing, rows.with_row_index("place"), none_switched),
        ignored={},
        rejects=[],
        tail=None,
        records=len(rows),
        position=Position(),
    )


@settings(max_examples=LONG or 200, deadline=None)
@given(st.lists(st.lists(PRINTS, max_size=12), max_size=12))
def test_each_record_is_taken_where_it_comes_first(batches: list[list[int]]) -> None:
    once, known = Once(), set[int]()
    for prints in batches:
        expected = []
        for place, one in enumerate(prints):
            if one not in known:
                known.add(one)
                expected.append((place, one))
        assert once.take(batch_of(prints))[0].rows() == expected


def test_a_batch_costs_little_however_much_is_known() -> None:
    """Twenty small batches cost less than the great one before them; sorted anew each costs it."""
    once, random = Once(), np.random.default_rng(1)
    known = random.integers(LEAST, MOST, 1_000_000)
    spent = []
    for batches in ([known], [known[at : at + 2_000] for at in range(0, 40_000, 2_000)]):
        ready = [batch_of(one) for one in batches]
        began = time.process_time()
        fresh = [len(once.take(one)[0]) for one in ready]
        spent.append(time.process_time() - began)
    assert sum(fresh) == 0
    assert spent[1] < spent[0]
