"""Opening a dump: which wrappers it has, and its bytes without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smf.errors import UnpackedTooLargeError
from smf.framing.headers import header_is_good
from smf.unwrap.gzip import GzipStream
from smf.unwrap.streams import HeadStream, PlainStream, Stream, never
from smf.unwrap.terse import TerseStream, is_terse
from smf.unwrap.zstd import ZstdStream, is_zstd

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PEEK_BYTES = 64
_MAX_WRAPPERS = 3
_SKIP_BYTES = 1 << 20
_GZIP = b"\x1f\x8b\x08"
_UNPACKERS: dict[str, type[GzipStream | ZstdStream | TerseStream]] = {
    "gzip": GzipStream,
    "zstd": ZstdStream,
    "amaterse": TerseStream,
}


class Source:
    """The unwrapped bytes of a file, forward only.

    `wrapper` is `plain`, or the names of the wrappers from the outside in, joined by `+`.
    `digested`: the digest of the file on disk is taken while it is read.
    """

    def __init__(
        self,
        path: Path,
        max_unpacked_bytes: int,
        is_stopped: Callable[[], bool] = never,
        *,
        digested: bool = False,
    ) -> None:
        self.size_bytes = path.stat().st_size
        self._file = path.open("rb", buffering=0)
        self._plain = PlainStream(self._file, is_stopped, digested=digested)
        self._limit = max_unpacked_bytes
        self._names: list[str] = []
        self._stream: Stream = self._plain
        self.offset = 0
        self._bare = False
        try:
            self._unwrap()
        except BaseException:
            self.close()
            raise

    @property
    def wrapper(self) -> str:
        """The wrappers, from the outside in."""
        return "+".join(self._names) or "plain"

    @property
    def consumed_bytes(self) -> int:
        """How far in the file on disk reading has come."""
        return self._file.tell()

    @property
    def damage(self) -> str:
        """Why a wrapper's data ended early; empty while all is well."""
        return self._stream.damage

    def _unwrap(self) -> None:
        name: str | None = ""
        while name is not None and len(self._names) < _MAX_WRAPPERS:
            head = _peek(self._stream)
            self._stream = HeadStream(head, self._stream)
            name = wrapper_of(head)
            if name is not None:
                self._names.append(name)
                self._stream = _UNPACKERS[name](self._stream)

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` with the next bytes; fewer than its length only at the end.

        Raises `UnpackedTooLargeError` when a wrapper gives more bytes than allowed, and
        `ReadingStoppedError`.
        """
        if self._bare:
            # Straight into place: no wrapper, and the head was read before.
            filled = self._plain.readinto(buffer)
            self.offset += filled
            return filled
        filled = 0
        while filled < len(buffer):
            piece = self._stream.read(len(buffer) - filled)
            if not piece:
                break
            self._plain.check()  # a few packed bytes can be very many
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
        self.offset += filled
        if self._names and self.offset > self._limit:
            raise UnpackedTooLargeError(self._limit)
        return filled

    def skip_to(self, offset: int) -> None:
        """Go forward to a byte offset of the unwrapped stream."""
        if not self._names:
            self._plain.skip_to(offset)
            self._bare = True
            self.offset = offset
            return
        spare = memoryview(bytearray(min(_SKIP_BYTES, max(0, offset - self.offset))))
        while self.offset < offset:
            wanted = min(len(spare), offset - self.offset)
            if self.readinto(spare[:wanted]) < wanted:
                return

    def sha256(self) -> str:
        """Return the digest of the file on disk; what was not read of it is read now."""
        # A wrapper inside another one may have given up while a thread unpacks the outer one.
        return self._plain.sha256(anew=bool(self.damage))

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def open_source(
    path: Path,
    max_unpacked_bytes: int,
    is_stopped: Callable[[], bool] = never,
    *,
    digested: bool = False,
) -> Source:
    """Return the unwrapped bytes of `path`; raises `OSError` when it cannot be read.

    As soon as `is_stopped` says so, every call raises `ReadingStoppedError`.
    """
    return Source(path, max_unpacked_bytes, is_stopped, digested=digested)


def wrapper_of(head: bytes) -> str | None:
    """Return the name of the wrapper that `head` begins, None for bare records."""
    if head.startswith(_GZIP):
        return "gzip"
    if is_zstd(head):
        return "zstd"
    # An AMATERSE header can look like an RDW of 512 or 1,280 bytes: a good SMF header decides.
    size = len(head)
    if is_terse(head) and not any(header_is_good(head, place, size) for place in (0, 4)):
        return "amaterse"
    return None


def _peek(stream: Stream) -> bytes:
    head = b""
    while len(head) < _PEEK_BYTES:
        piece = stream.read(_PEEK_BYTES - len(head))
        if not piece:
            break
        head += piece
    return head
