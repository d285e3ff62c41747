"""Connection records from a stream that is still being written: bytes in, batches out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from smf.decode.connections import decode_connections
from smf.decode.details import DetailCache
from smf.decode.identity import IdentityTable
from smf.decode.select import select
from smf.decode.summary import decode_summary
from smf.errors import Rejected
from smf.framing import PADDING_BYTES, Framing, Walk, Window, walk


@dataclass(frozen=True, slots=True)
class LiveBatch:
    """Connection records that have become whole, and what could not be read.

    `data` are the bytes that were done with: whole records of any type as they came, and what lay
    between them.
    """

    connections: pl.DataFrame
    coverage: pl.DataFrame
    records: int
    rejected: tuple[Rejected, ...]
    data: bytes

    @property
    def rejects(self) -> int:
        """How many stretches could not be read."""
        return len(self.rejected)


class LiveReader:
    """Decodes a stream in pieces of any size.

    The last record of a piece waits for the next one, as only what follows tells whether its length
    is right, or for `settle`, unless the piece is known to end with a whole one. `waiting` are the
    bytes that are not decoded yet, the first of them at `offset` of all that was fed; `block_end`
    is where in them the block ends that the first byte lies in (0: in none).
    """

    def __init__(
        self,
        framing: Framing,
        code_pages: Mapping[tuple[str, str], str],
        waiting: bytes = b"",
        block_end: int = 0,
        offset: int = 0,
    ) -> None:
        self.waiting = waiting
        self.offset = offset
        self.block_end = block_end
        self._framing = framing
        self._code_pages = code_pages
        self._details = DetailCache()

    def feed(self, piece: bytes, *, is_whole: bool = False) -> LiveBatch:
        """Return the records that this piece makes whole.

        `is_whole`: if it ends with a whole one, none of it should wait.
        """
        data = self.waiting + piece
        found = self._settled(data) if is_whole else None
        return self._take(found or self._walk(data, eof=False))

    def settle(self) -> LiveBatch | None:
        """Return what waits if it is whole records, else None; for when nothing comes."""
        found = self._settled(self.waiting) if self.waiting else None
        return self._take(found) if found else None

    def end(self) -> LiveBatch:
        """Return what waits, whole or not: what comes next is another stream."""
        batch = self._take(self._walk(self.waiting, eof=True))
        self.offset += len(self.waiting)
        self.waiting, self.block_end = b"", 0
        return batch

    def _settled(self, data: bytes) -> Walk | None:
        found = self._walk(data, eof=True)
        return None if found.tail is not None or found.rejects else found

    def _walk(self, data: bytes, *, eof: bool) -> Walk:
        self._size = len(data)
        window = Window(bytearray(data) + bytes(PADDING_BYTES), len(data), self.offset, eof)
        return walk(window, self._framing, block_end=self.block_end)

    def _take(self, found: Walk) -> LiveBatch:
        chosen = select(found, 0)
        # Of summaries only what they say about zERT itself is of interest: nothing is remembered.
        table = IdentityTable(self._code_pages)
        summary = decode_summary(chosen.summary, table)
        detail = decode_connections(chosen.detail, table.code_pages, self._details)
        self.waiting = found.data[found.position : self._size].tobytes()
        self.block_end = max(0, found.block_end - found.position)
        self.offset += found.position
        tail = [found.tail] if found.tail else []
        rejected = (*found.rejects, *chosen.rejects, *summary.rejects, *detail.rejects, *tail)
        return LiveBatch(
            detail.connections,
            pl.concat([summary.coverage, detail.coverage]),
            len(found.starts),
            rejected,
            found.data[: found.position].tobytes(),
        )
