"""The walk itself: runs of whole records, spanned ones between them, and what is done when lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from smf.errors import HEAD_BYTES, Rejected
from smf.framing.blocks import block_size
from smf.framing.chains import Stop, run_chain
from smf.framing.headers import (
    HEADER,
    ZERT_RECORD_TYPE,
    good_headers,
    header_is_good,
    rows_at,
)
from smf.framing.kinds import MIN_RECORD_BYTES, PREFIX_BYTES, Framing
from smf.framing.search import Lost, Place, find_next
from smf.framing.spans import Span, read_span

if TYPE_CHECKING:
    from smf.framing.window import Window

_TYPE_OFFSET = 5
_RUN_LOST = 16
_RUN_USUAL = 1 << 12
_RUN_LONGEST = 1 << 16
_RUN_GROWTH = 4
_STRETCH_BYTES = 1 << 19
"""The longest unreadable stretch that becomes one reject."""
_SIGHT_BYTES = 2 * _STRETCH_BYTES
"""How far is looked ahead when the framing is lost. A window that ends before waits for the next
one, so that windows of any size find the same."""

_MESSAGES = {
    "framing_lost": "no record begins here; reading goes on at the next plausible record",
    "segment_missing": "a spanned record lacks its next segment",
    "segment_orphan": "a middle or last segment stands without its first",
    "span_length": "the segments make a record that is too short or longer than 65,535 bytes",
    "block_length": "the block goes on, or ends, here, whatever its block descriptor word says",
    "truncated_tail": "the dump ends within this record",
}


class Walker:
    """Where a walk has come to and what it has found; indices are those of the window."""

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
        self.runs: list[tuple[int, tuple[int, int]]] = []

    def run(self) -> None:
        cap = _RUN_USUAL
        going = True
        while going:
            begin, cursor = len(self.starts), (self.position, self.block_end)
            self.position, self.block_end, stop = run_chain(
                self.window, self.framing, cursor, self.starts, cap
            )
            if len(self.starts) > begin:
                self.runs.append((begin, cursor))
            derailed = self._derailed(begin)
            cap = _RUN_LOST
            if derailed is not None:
                self._go_back(derailed)
                going = self._resync()
            elif stop is Stop.ODD:
                going = self._step()
            elif stop is Stop.MORE:
                going = self._finish()
            else:
                cap = min(_RUN_GROWTH * (len(self.starts) - begin), _RUN_LONGEST)

    def _derailed(self, begin: int) -> int | None:
        """Return the first record of the last run that has no good header."""
        rows = rows_at(self.window.array, np.array(self.starts[begin:], np.int64), HEADER)
        good = good_headers(rows)
        return None if good.all() else begin + int(good.argmin())

    def _go_back(self, index: int) -> None:
        """Un-read the last runs from record `index` on, also the blocks they went through."""
        while self.runs[-1][0] > index:
            self.runs.pop()
        begin, (self.position, self.block_end) = self.runs[-1]
        if index > begin and self.framing.blocked:
            self.position, self.block_end, _ = run_chain(
                self.window, self.framing, self.runs[-1][1], [], index - begin
            )
        elif index > begin:
            self.position = self.starts[index]
        del self.starts[index:]

    def _step(self) -> bool:
        """Take spanned records or note what stands in their place; False: wait for more bytes."""
        window, starts = self.window, self.starts
        entered = self.position
        span = self._span()
        while not span.reason:
            if span.start >= window.end:
                self.spanned[len(starts)] = span.begin
            starts.append(span.start)
            self.settled = self.position = span.position
            self.block_end = span.block_end
            span = self._span()
        if span.reason in ("more", "open"):
            return self._finish(certain=span.reason == "open")
        if span.reason == "lost":
            # Also a whole record, which the next run takes; without a step it is lost indeed.
            return self._resync() if self.position == entered else True
        self.position, self.block_end = span.position, span.block_end
        self._reject(span.begin, span.position, span.reason, "SDW")
        return True

    def _span(self) -> Span:
        window, cursor = self.window, (self.position, self.block_end)
        span = read_span(window, self.framing, cursor, self.side)
        alone = not span.reason and span.start < window.end
        if alone and not header_is_good(window.data, span.start, window.end):
            return Span("lost", span.begin, *cursor)
        return span

    def _finish(self, *, certain: bool = False) -> bool:
        """At the end of the window; True when reading goes on behind a wrong length."""
        window = self.window
        if not window.eof:
            return self._wait()
        header = self._header()
        if self.position == window.end and self.block_end <= window.end:
            return False
        good = header_is_good(window.data, header, window.end)
        if not (good or certain or window.end - header < MIN_RECORD_BYTES):
            return self._resync()
        if good and not certain:
            lost = self._behind_header()
            if self._go_to(find_next(window, self.framing, lost, window.end, proven=True)):
                return True
        self._reject(self.position, window.end, "truncated_tail")
        self.tail = self.rejects.pop()
        self.position = self.block_end = window.end
        return False

    def _behind_header(self) -> Lost:
        """Where to look for others when the record here says that it is longer than the dump."""
        return Lost(self._header() + PREFIX_BYTES, self._block_end(), None)

    def _block_end(self) -> int:
        """Return where the block here ends, as its BDW says, entered or not."""
        if self._header() == self.position:
            return self.block_end
        size = block_size(self.window.data, self.position, self.window.end)
        return self.position + (size or 0)

    def _header(self) -> int:
        at_block = self.framing.blocked and self.position >= self.block_end
        return self.position + (PREFIX_BYTES if at_block else 0)

    def _wait(self) -> bool:
        """Leave what is not decided, and the record in front of it, to the next window."""
        if self._previous() is not None:
            self._go_back(len(self.starts) - 1)
        return False

    def _resync(self) -> bool:
        """Go on at the next plausible record; False: wait for more bytes."""
        window, sight = self.window, self.position + _SIGHT_BYTES
        if sight <= window.end:
            view, stop = replace(window, end=sight, eof=False), self.position + _STRETCH_BYTES
        elif window.eof:
            view, stop = window, window.end
        else:
            return self._wait()
        if self._take_odd_one(view):
            return True
        if not self._go_to(find_next(view, self.framing, self._lost(), stop, proven=False)):
            self._reject(self.position, stop, "framing_lost")
            self.position = self.block_end = stop
        return True

    def _take_odd_one(self, view: Window) -> bool:
        """Take a record whose header is bad, when the records around it fit together.

        Then the decoder rejects it with its field, or it is of no interest.
        """
        cursor = (self.position, self.block_end)
        found = _single(view, self.framing, cursor)
        if found is None or not self._is_trusted(view, found.position, found.block_end):
            return False
        inside = find_next(view, self.framing, self._lost(), found.position, proven=True)
        if inside is not None and inside.position < found.position:
            return False
        self.runs.append((len(self.starts), cursor))
        self.starts.append(found.start)
        self.position, self.block_end = found.position, found.block_end
        return True

    def _is_trusted(self, view: Window, position: int, block_end: int) -> bool:
        """Whether the stream ends here, or a record begins that is a good or a zERT one."""
        if view.eof and position == view.end:
            return True
        header = position + (PREFIX_BYTES if self.framing.blocked and position >= block_end else 0)
        if header + MIN_RECORD_BYTES > view.end:
            return False
        is_ours = view.data[header + _TYPE_OFFSET] == ZERT_RECORD_TYPE
        return is_ours or header_is_good(view.data, header, view.end)

    def _lost(self) -> Lost:
        return Lost(self.position, self.block_end, self._previous())

    def _previous(self) -> int | None:
        """Return the start of the record before: its length may be what is wrong."""
        if self.starts and self.settled <= self.starts[-1] < self.window.end:
            return self.starts[-1]
        return None

    def _go_to(self, found: Place | None) -> bool:
        if found is None:
            return False
        begin, field = self.position, ""
        if found.position == begin:
            self._reject(begin, begin, "block_length", "BDW")
        else:
            if found.position < begin:
                begin = self.starts.pop()
            elif found.block_end == self._block_end():
                # What the BDW here says was borne out: the damage is behind it.
                begin, field = self._header(), "RDW"
            self._reject(begin, found.position, "framing_lost", field)
        self.position, self.block_end = found
        return True

    def _reject(self, begin: int, end: int, reason: str, field: str = "") -> None:
        self.settled = end
        head_end = min(end if end > begin else self.window.end, begin + HEAD_BYTES)
        self.rejects.append(
            Rejected(
                offset=self.window.base + begin,
                record_number=self.number + len(self.starts) + 1,
                record_type=None,
                subtype=None,
                field=field or ("BDW" if self._header() != self.position else "RDW"),
                reason=reason,
                message=_MESSAGES[reason],
                head=bytes(self.window.data[begin:head_end]),
                length=end - begin,
            )
        )


def _single(view: Window, framing: Framing, cursor: tuple[int, int]) -> Span | None:
    """Return the record at `cursor` that is all in one piece, None if there is none."""
    starts: list[int] = []
    position, block_end, _ = run_chain(view, framing, cursor, starts, 1)
    if starts:
        return Span("", starts[0], position, block_end, starts[0])
    span = read_span(view, framing, cursor, bytearray())
    return span if not span.reason and span.start < view.end else None
