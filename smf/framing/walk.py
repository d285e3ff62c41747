"""Walking a window of the stream from record to record, over damage and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smf.errors import HEAD_BYTES, Rejected
from smf.framing.chains import Stop, run_chain
from smf.framing.headers import (
    HEADER,
    ZERT_RECORD_TYPE,
    good_headers,
    header_is_good,
    lengths_of,
    rows_at,
)
from smf.framing.kinds import MIN_RECORD_BYTES, PREFIX_BYTES, Framing
from smf.framing.search import block_is_plausible, find_chain, find_in_block
from smf.framing.spans import read_span
from smf.framing.window import PADDING_BYTES, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_RUN = 16
_LAST_RUN = 4_096
_KEEP_BYTES = 1 << 19
"""How much of an unreadable stretch waits for the next window: more than any usual block."""

_MESSAGES = {
    "framing_lost": "no record begins here; reading goes on at the next plausible record",
    "segment_missing": "a spanned record lacks its next segment",
    "segment_orphan": "a middle or last segment stands without its first",
    "truncated_tail": "the dump ends within this record",
}


@dataclass(frozen=True, slots=True)
class Walk:
    """The records of one window.

    Record `i` is `data[starts[i] : starts[i] + lengths[i]]`, counted with a 4-byte RDW (whose
    bytes need not hold the length); it began at stream offset `offsets[i]`. `position` and
    `block_end` are indices in the window where the next one begins.
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    offsets: NDArray[np.int64]
    rejects: list[Rejected]
    tail: Rejected | None
    position: int
    block_end: int


def walk(window: Window, framing: Framing, *, block_end: int = 0, record_number: int = 0) -> Walk:
    """Return the complete records of `window` from its first byte on.

    `block_end` is the index where the block that holds the first byte ends (0: a BDW stands
    there); `record_number` counts the records before. Never raises on any bytes; each stretch
    that holds no record becomes one reject.
    """
    walker = _Walker(window, framing, block_end, record_number)
    walker.run()
    return walker.result()


class _Walker:
    def __init__(self, window: Window, framing: Framing, block_end: int, number: int) -> None:
        self.window, self.framing = window, framing
        self.position, self.block_end = 0, block_end
        self.number = number
        self.starts: list[int] = []
        self.side = bytearray()
        self.spanned: dict[int, int] = {}
        self.rejects: list[Rejected] = []
        self.tail: Rejected | None = None
        self.settled = 0
        self.entered = 0

    def run(self) -> None:
        cap = _FIRST_RUN
        going = True
        while going:
            begin = len(self.starts)
            self.position, self.block_end, stop = run_chain(
                self.window, self.framing, (self.position, self.block_end), self.starts, cap
            )
            derailed = self._derailed(begin, odd=stop is Stop.ODD)
            cap = min(cap * 2, _LAST_RUN) if derailed is None else _FIRST_RUN
            if derailed is not None:
                self.position = self.starts[derailed]
                del self.starts[derailed:]
                going = self._resync()
            elif stop is Stop.ODD:
                self.entered = self.position
                going = self._step()
            elif stop is Stop.MORE:
                going = self._finish()

    def result(self) -> Walk:
        starts = np.array(self.starts, np.int64)
        offsets = starts + self.window.base
        for index, position in self.spanned.items():
            offsets[index] = position + self.window.base
        data = self._padded()
        rows = rows_at(data, starts, HEADER)
        return Walk(
            data=data,
            starts=starts,
            lengths=lengths_of(rows, self.framing),
            offsets=offsets,
            rejects=self.rejects,
            tail=self.tail,
            position=self.position,
            block_end=self.block_end,
        )

    def _padded(self) -> NDArray[np.uint8]:
        """Return the window's bytes, the joined records and padding; no copy if it can be."""
        window = self.window
        if not self.side and len(window.data) >= window.end + PADDING_BYTES:
            return np.frombuffer(window.data, np.uint8)
        side = np.frombuffer(self.side, np.uint8)
        return np.concatenate([window.array, side, np.zeros(PADDING_BYTES, np.uint8)])

    def _derailed(self, begin: int, *, odd: bool) -> int | None:
        """Return the first record of the last run from which the chain cannot be believed.

        A record of type 119 with a bad date is left to the decoder's own reject, as is a single
        other record when the next one is good again.
        """
        run = np.array(self.starts[begin:], np.int64)
        if not len(run):
            return None
        rows = rows_at(self.window.array, run, HEADER)
        good = good_headers(rows)
        if good.all():
            return None
        next_good = np.append(good[1:], not odd)
        bad = np.flatnonzero(~good & ~next_good & (rows["type"] != ZERT_RECORD_TYPE))
        return begin + int(bad[0]) if len(bad) else None

    def _step(self) -> bool:
        """Take spanned records or note what stands in their place; False: wait for more bytes."""
        window, framing, side, starts = self.window, self.framing, self.side, self.starts
        begin = self.position
        span = read_span(window, framing, (begin, self.block_end), side)
        while not span.reason:
            if span.start >= window.end:
                self.spanned[len(starts)] = begin
            starts.append(span.start)
            self.settled = begin = self.position = span.position
            self.block_end = span.block_end
            span = read_span(window, framing, (begin, self.block_end), side)
        if span.reason == "more":
            return self._finish()
        if span.reason == "lost":
            # Also a whole record, which the next run takes; without a step it is lost indeed.
            return self._resync() if begin == self.entered else True
        self.position, self.block_end = span.position, span.block_end
        self._reject(begin, self.position, span.reason)
        return True

    def _finish(self) -> bool:
        """At the end of the window; True when reading goes on behind a wrong length."""
        left = self.window.end - self.position
        if not self.window.eof or left <= 0:
            return False
        truncated = left < MIN_RECORD_BYTES or header_is_good(
            self.window.data, self._header(), self.window.end
        )
        if self._go_to(self._find()):
            return True
        self._reject(
            self.position, self.window.end, "truncated_tail" if truncated else "framing_lost"
        )
        if truncated:
            self.tail = self.rejects.pop()
        self.position = self.block_end = self.window.end
        return False

    def _header(self) -> int:
        at_block = self.framing.blocked and self.position >= self.block_end
        return self.position + (PREFIX_BYTES if at_block else 0)

    def _resync(self) -> bool:
        """Go on at the next plausible record; False when the window holds none."""
        if self._go_to(self._find()):
            return True
        end = self.window.end
        if not self.window.eof:
            end -= _KEEP_BYTES
            if end - self.position < _KEEP_BYTES:
                return False
        self._reject(self.position, end, "framing_lost")
        self.position = self.block_end = end
        return False

    def _find(self) -> tuple[int, int] | None:
        """Return where plausible records go on, and the end of the block there."""
        previous = self._previous()
        in_block = self.framing.blocked and self.position < self.block_end
        # Inside a block even this place may be a block of its own, behind a stray BDW.
        start = self.position + (0 if in_block else 1)
        if previous is not None:
            start = previous + PREFIX_BYTES
        if in_block:
            found = find_in_block(self.window, start, self.block_end)
            if found is not None:
                return found, self.block_end
            if block_is_plausible(self.window, self.block_end):
                return self.block_end, self.block_end
        found = find_chain(self.window, self.framing, start, self.window.end)
        return None if found is None else (found, found)

    def _previous(self) -> int | None:
        """Return the start of the record before: its length may be what is wrong."""
        if self.starts and self.settled <= self.starts[-1] < self.window.end:
            return self.starts[-1]
        return None

    def _go_to(self, found: tuple[int, int] | None) -> bool:
        if found is None:
            return False
        begin = self.position
        if found[0] < begin:
            begin = self.starts.pop()
        elif found[0] == begin:
            begin -= PREFIX_BYTES
        self._reject(begin, found[0], "framing_lost")
        self.position, self.block_end = found
        return True

    def _reject(self, begin: int, end: int, reason: str) -> None:
        self.settled = end
        head = bytes(self.window.data[begin : min(end, begin + HEAD_BYTES)])
        self.rejects.append(
            Rejected(
                offset=self.window.base + begin,
                record_number=self.number + len(self.starts) + 1,
                record_type=None,
                subtype=None,
                field="BDW" if self._header() != self.position else "RDW",
                reason=reason,
                message=_MESSAGES[reason],
                head=head,
                length=end - begin,
            )
        )
