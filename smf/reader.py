"""The door of `smf`: a dump's path in, batches of columns and rejects out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from smf.batch import Batch, Position
from smf.decode.connections import decode_connections
from smf.decode.details import DetailCache
from smf.decode.identity import IdentityTable
from smf.decode.select import select
from smf.decode.summary import decode_summary
from smf.ebcdic import DEFAULT_CODE_PAGE
from smf.errors import FramingError, Rejected
from smf.framing import (
    HEAD_BYTES,
    PADDING_BYTES,
    TRANSFER_ADVICE,
    Detection,
    Framing,
    Walk,
    Window,
    detect,
    walk,
)
from smf.unwrap import Source, never, open_source

__all__ = [
    "DECODER",
    "DEFAULT_CODE_PAGE",
    "Batch",
    "DumpReader",
    "Framing",
    "Position",
    "ReadOptions",
]

DECODER = 1
"""The version of what is read from records. One more whenever the same dump gives other sessions,
protections, counters, events or rejects than before; names and strengths of codes play no part.
"""

_MARGIN_BYTES = 2 << 20
"""Room for what one window leaves to the next."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a dump.

    `framing` forces one instead of detecting it; `batch_bytes` is how much of the unwrapped
    stream one batch covers, and bounds memory; `code_pages` maps (sysplex, system) to a Python
    codec, others are read in code page 1047; `start` is the position of an earlier batch;
    `digested` takes the digest of the file while it is read. As soon as `is_stopped` says so,
    reading raises `ReadingStoppedError` (an `OSError`).
    """

    framing: Framing | None = None
    batch_bytes: int = 48 << 20
    code_pages: Mapping[tuple[str, str], str] = field(default_factory=dict)
    max_unpacked_bytes: int = 1 << 40
    start: Position = field(default_factory=Position)
    is_stopped: Callable[[], bool] = never
    digested: bool = False


class DumpReader:
    """Reads one dump, once: a context manager and an iterable of batches.

    Raises `FramingError` when the file holds no SMF records, `UnpackedTooLargeError`,
    `CodePageError`, and `OSError` when the file cannot be read; `terselib`'s, zlib's and zstd's
    own errors become a reject. Damaged records never raise.
    """

    def __init__(self, path: Path, options: ReadOptions | None = None) -> None:
        self._options = options or ReadOptions()
        self._identities = IdentityTable(self._options.code_pages)
        self._details = DetailCache()
        self._carry = b""
        self._source: Source = open_source(
            path,
            self._options.max_unpacked_bytes,
            self._options.is_stopped,
            digested=self._options.digested,
        )
        try:
            detection = self._detect()
        except BaseException:
            self._source.close()
            raise
        self.framing = detection.framing
        self.framing_reason = detection.why
        self.wrapper = self._source.wrapper
        self.size_bytes = self._source.size_bytes
        self._batches = self._read()

    @property
    def consumed_bytes(self) -> int:
        """How far in the file on disk reading has come."""
        return min(self._source.consumed_bytes, self.size_bytes)

    def sha256(self) -> str:
        """Return the SHA-256 of the file in hex, to be asked when all batches were read.

        It is that of the very bytes that were decoded, whatever became of the file meanwhile. Bytes
        behind the end of the records are read for it. Empty unless the options say `digested`.
        """
        return self._source.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Batch]:
        return self._batches

    def close(self) -> None:
        """Close the file; iterating ends."""
        self._batches.close()
        self._source.close()

    def _detect(self) -> Detection:
        """Find the framing in the head of the stream and go to where reading starts."""
        head = bytearray(HEAD_BYTES)
        size = self._source.readinto(memoryview(head))
        complete = size < HEAD_BYTES
        start = self._options.start.offset
        self._carry = bytes(head[start:size])
        self._source.skip_to(max(start, size))
        forced = self._options.framing
        if size and forced is not None:
            return Detection(forced, "forced")
        try:
            return detect(bytes(head[:size]), complete=complete)
        except FramingError as error:
            if not self._source.damage:
                raise
            message = f"no record can be unpacked: {self._source.damage}"
            raise FramingError("wrapper_damaged", message, TRANSFER_ADVICE) from error

    def _read(self) -> Generator[Batch, None, None]:
        position = self._options.start
        buffer = bytearray(0)
        carry, ended, first = self._carry, False, True
        while not ended:
            # What a window could not decide needs a longer one, soon.
            wanted = max(1, self._options.batch_bytes, len(carry))
            end = len(carry) + wanted
            if len(buffer) < end + PADDING_BYTES:
                buffer = bytearray(end + _MARGIN_BYTES + PADDING_BYTES)
            buffer[: len(carry)] = carry
            filled = self._source.readinto(memoryview(buffer)[len(carry) : end])
            ended = filled < wanted
            end = len(carry) + filled
            buffer[end : end + PADDING_BYTES] = bytes(PADDING_BYTES)
            window = Window(buffer, end, position.offset, ended)
            found = walk(
                window,
                self.framing,
                block_end=position.block_end - position.offset,
                record_number=position.record_number,
            )
            carry = bytes(memoryview(buffer)[found.position : end])
            batch = self._decode(found, position, damage=self._source.damage if ended else "")
            position = batch.position
            if first or batch.records or batch.rejects or batch.tail is not None:
                first = False
                yield batch

    def _decode(self, found: Walk, position: Position, *, damage: str) -> Batch:
        chosen = select(found, position.record_number)
        summary = decode_summary(chosen.summary, self._identities)
        detail = decode_connections(chosen.detail, self._identities.code_pages, self._details)
        after = _after(found, position)
        rejects = [*found.rejects, *chosen.rejects, *summary.rejects, *detail.rejects]
        rejects.sort(key=attrgetter("offset"))
        if damage:
            rejects.append(_wrapper_reject(after, damage))
        return Batch(
            protections=summary.protections,
            sessions=summary.sessions,
            activity=summary.activity,
            connections=detail.connections,
            coverage=pl.concat([summary.coverage, detail.coverage]),
            ignored={**chosen.ignored, **summary.ignored, **detail.ignored},
            rejects=rejects,
            tail=found.tail,
            records=len(found.starts),
            position=after,
        )


def _after(found: Walk, before: Position) -> Position:
    in_block = found.block_end > found.position
    return Position(
        offset=before.offset + found.position,
        record_number=before.record_number + len(found.starts),
        block_end=before.offset + found.block_end if in_block else 0,
    )


def _wrapper_reject(position: Position, damage: str) -> Rejected:
    return Rejected(
        offset=position.offset,
        record_number=position.record_number + 1,
        record_type=None,
        subtype=None,
        field="",
        reason="wrapper_damaged",
        message=f"nothing can be unpacked behind this place: {damage}",
        head=b"",
        length=0,
    )
