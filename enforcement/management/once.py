"""Records that stand in several dumps count once."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from smf.reader import Batch


class Once:
    """Remembers all batches: connections by their fingerprints, eight bytes each, and switches.

    Fingerprints are kept in sorted runs, each at least twice as long as the next: there are few to
    look into, and each fingerprint is merged a few times in all.
    """

    def __init__(self) -> None:
        self._runs: list[NDArray[np.int64]] = []
        self._switched: set[tuple[object, ...]] = set()

    def take(self, batch: Batch) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the connections and the coverage that did not come before, each row once."""
        return self._connections(batch.connections), self._coverage(batch.coverage)

    def _connections(self, connections: pl.DataFrame) -> pl.DataFrame:
        prints, places = np.unique(connections["fingerprint"].to_numpy(), return_index=True)
        is_new = np.ones(len(prints), np.bool_)
        for run in self._runs:
            # Without the last of the run, what is greater than all is compared with the last too.
            is_new &= run[np.searchsorted(run[:-1], prints)] != prints
        self._keep(prints[is_new])
        return connections[np.sort(places[is_new])]

    def _keep(self, run: NDArray[np.int64]) -> None:
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.concatenate((self._runs.pop(), run))
            run.sort(kind="stable")  # which merges two sorted parts in one pass
        if len(run):
            self._runs.append(run)

    def _coverage(self, coverage: pl.DataFrame) -> pl.DataFrame:
        coverage = coverage.unique(maintain_order=True)
        is_new = [row not in self._switched for row in coverage.iter_rows()]
        self._switched.update(coverage.iter_rows())
        return coverage.filter(pl.Series(is_new, dtype=pl.Boolean))
