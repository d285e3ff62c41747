"""What decoding the records of one subtype gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from smf.decode import columns
from smf.decode.texts import texts
from smf.errors import Rejected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def empty(schema: columns.Schema) -> pl.DataFrame:
    """Return a frame without rows."""
    return pl.DataFrame(schema=schema)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the records of one subtype gave."""

    protections: pl.DataFrame = field(default_factory=lambda: empty(columns.PROTECTIONS))
    sessions: pl.DataFrame = field(default_factory=lambda: empty(columns.SESSIONS))
    activity: pl.DataFrame = field(default_factory=lambda: empty(columns.ACTIVITY))
    connections: pl.DataFrame = field(default_factory=lambda: empty(columns.CONNECTIONS))
    coverage: pl.DataFrame = field(default_factory=lambda: empty(columns.COVERAGE))
    ignored: dict[str, int] = field(default_factory=dict)
    rejects: list[Rejected] = field(default_factory=list)


def coverage_frame(
    ident: NDArray[np.void], times: NDArray[np.int64], kinds: list[str]
) -> pl.DataFrame:
    """Return coverage rows of records that say when zERT was switched on or off."""
    pages: list[str] = []
    return pl.DataFrame(
        {
            "sysplex": texts(ident["sysplex"], pages),
            "system": texts(ident["system"], pages),
            "stack": texts(ident["stack"], pages),
            "local_time": times,
            "kind": kinds,
        },
        schema=columns.COVERAGE,
    )
