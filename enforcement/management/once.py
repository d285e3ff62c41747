"""Records that stand in several dumps count once."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smf.reader import Batch


class Once:
    """Remembers all batches: connections by their fingerprints, eight bytes each, and switches."""

    def __init__(self) -> None:
        self._known: NDArray[np.int64] = np.zeros(0, np.int64)
        self._switched: set[tuple[object, ...]] = set()

    def take(self, batch: Batch) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the connections and the coverage that did not come before, each row once."""
        return self._connections(batch.connections), self._coverage(batch.coverage)

    def _connections(self, connections: pl.DataFrame) -> pl.DataFrame:
        prints = connections["fingerprint"].to_numpy()
        is_first = np.zeros(len(prints), np.bool_)
        is_first[np.unique(prints, return_index=True)[1]] = True
        is_first &= ~np.isin(prints, self._known)
        self._known = np.union1d(self._known, prints)
        return connections.filter(pl.Series(is_first))

    def _coverage(self, coverage: pl.DataFrame) -> pl.DataFrame:
        coverage = coverage.unique(maintain_order=True)
        is_new = [row not in self._switched for row in coverage.iter_rows()]
        self._switched.update(coverage.iter_rows())
        return coverage.filter(pl.Series(is_new, dtype=pl.Boolean))
