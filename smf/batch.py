"""What a reader hands out: one `Batch` per stretch of the dump, and where to go on after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from smf.errors import Rejected


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next read resumes, in bytes of the unwrapped stream.

    `offset` is that of the next record's first byte (RDW, first segment, or the block that holds
    it), `record_number` the records seen so far, `block_end` the offset where the current block
    ends (0: at the start of a block, or no blocks).
    """

    offset: int = 0
    record_number: int = 0
    block_end: int = 0

    def as_json(self) -> dict[str, int]:
        """Return the position as a dict of integers."""
        return {
            "offset": self.offset,
            "record_number": self.record_number,
            "block_end": self.block_end,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, int]) -> Position:
        """Return the position that `as_json` gave; missing keys are 0."""
        return cls(
            offset=value.get("offset", 0),
            record_number=value.get("record_number", 0),
            block_end=value.get("block_end", 0),
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one stretch of a dump, as columns.

    `protections` and `sessions` hold only those not handed out before by the same reader; the
    others refer to them by index. Columns and units: `smf/decode/columns.py`. `ignored` counts
    records by why they were skipped; `tail` is the truncated end of the dump, only in the last
    batch and not counted as a reject; `records` counts records of any type.
    """

    protections: pl.DataFrame
    sessions: pl.DataFrame
    activity: pl.DataFrame
    connections: pl.DataFrame
    coverage: pl.DataFrame
    ignored: dict[str, int]
    rejects: list[Rejected]
    tail: Rejected | None
    records: int
    position: Position
