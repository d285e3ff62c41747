"""Records that stand in several dumps count once."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray


class Once:
    """Remembers the records of all batches by their fingerprints, eight bytes each."""

    def __init__(self) -> None:
        self._known: NDArray[np.int64] = np.zeros(0, np.int64)

    def take(self, connections: pl.DataFrame) -> pl.DataFrame:
        """Return the records that did not come before, the first of each that comes twice."""
        prints = connections["fingerprint"].to_numpy()
        is_first = np.zeros(len(prints), np.bool_)
        is_first[np.unique(prints, return_index=True)[1]] = True
        is_first &= ~np.isin(prints, self._known)
        self._known = np.union1d(self._known, prints)
        return connections.filter(pl.Series(is_first))
