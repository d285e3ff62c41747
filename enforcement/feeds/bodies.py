"""The body of a request as records: unpacked up to a limit, whole records told from the rest."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from enforcement.feeds.errors import OversizedError, UnreadableError
from enforcement.feeds.inbox import Received, digest_of
from smf.decode.select import select
from smf.framing import PADDING_BYTES, Framing, Window, walk
from smf.unwrap.gzip import GzipStream
from smf.unwrap.zstd import ZstdStream

ENCODINGS: Final = ("identity", "gzip", "zstd")
MOST_REJECTS: Final = 1_000
_READ_BYTES: Final = 1 << 18


class _Packed:
    """A body as a stream that can be unpacked."""

    damage = ""

    def __init__(self, body: bytes) -> None:
        self._file = BytesIO(body)

    def read(self, size: int, /) -> bytes:
        return self._file.read(size)

    def close(self) -> None:
        self._file.close()


_STREAMS: Final[Mapping[str, type[GzipStream] | type[ZstdStream]]] = {
    "gzip": GzipStream,
    "zstd": ZstdStream,
}


def unpacked(body: bytes, encoding: str, most_bytes: int) -> bytes:
    """Return a body without its encoding. Raises OversizedError, UnreadableError."""
    kind = _STREAMS.get(encoding)
    if kind is None:
        if len(body) > most_bytes:
            raise OversizedError(f"the body is larger than {most_bytes} bytes")
        return body
    stream, found = kind(_Packed(body)), bytearray()
    while piece := stream.read(_READ_BYTES):
        found += piece
        if len(found) > most_bytes:
            raise OversizedError(f"unpacked, the body is larger than {most_bytes} bytes")
    if stream.damage:
        raise UnreadableError(f"the body is no whole {encoding}: {stream.damage}")
    return bytes(found)


def received(key: str, body: bytes) -> Received:
    """Return the whole records of an unpacked body, in the order of their coming, and the rest."""
    window = Window(bytearray(body) + bytes(PADDING_BYTES), len(body), 0, eof=True)
    found = walk(window, Framing.RDW)
    chosen = select(found, 0)
    rejects = [*found.rejects, *chosen.rejects, *([found.tail] if found.tail else [])]
    if len(rejects) > MOST_REJECTS:
        raise UnreadableError(
            f"more than {MOST_REJECTS} stretches of the body are no records: are they binary SMF"
            " records, each behind its RDW?"
        )
    data = _without(body, [(one.offset, one.length) for one in rejects]) if rejects else body
    count = len(found.starts) - len(chosen.rejects)
    return Received(key, digest_of(body), data, count, rejects)


def _without(body: bytes, gaps: list[tuple[int, int]]) -> bytes:
    """What is left of a body when some stretches are taken out."""
    parts, at = [], 0
    for offset, length in sorted(gaps):
        parts.append(body[at:offset])
        at = max(at, offset + length)
    return b"".join([*parts, body[at:]])
