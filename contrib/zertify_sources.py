"""Where zertify_forward.py takes records from: a file that grows, or the real-time NMI of z/OS.

SYSTCPER: its messages on the socket are as IBM documents them (z/OS 2.3 Communications Server: IP
Programmer's Guide). They name buffers, which only the service EZBTMIC1 or EZBTMIC4 copies; Python
can't call it. So a program of the site does: for each message on its standard input (4 bytes
length, big-endian, its own included) it writes 4 bytes (signed, big-endian: how many follow, -1
when the buffer is gone) and the buffer. The layout of what stands before each record in a buffer
(the common transport element) is recalled, not confirmed. None of that has ever run on z/OS.
"""

from __future__ import annotations

import os
import re
import socket
import stat
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Protocol

BATCH_BYTES = 1 << 20
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
SMF, SUBTYPES, CTE_BYTES = 119, (11, 12), 16
HEADER = struct.Struct(">iIii")
ZERT, INIT, TERM, TOKEN = 0xE9C5D9E3, 0xC9D5C9E3, 0xE3C5D9D4, 0xE2D4E3D2
LIST_AND_DETAIL = 0xC0000000
ROTATED = re.compile(r"[-._]\d.*")
PLAIN = re.compile(r"[-._]\d[\dTZ:+._-]*")
"""What rotation puts behind a file's name: a number or a time; with `.gz` it is packed."""


class Source(Protocol):
    """Where records come from; one that can't wait loses what is not taken."""

    can_wait: bool

    def read(self) -> tuple[bytes, object] | None:
        """Whole records that have come, and the place behind them."""

    def close(self) -> None:
        """Close what is open."""


def wait_s(failures: int) -> float:
    """How long to wait for the next try, behind so many that failed before the last one."""
    return float(min(FIRST_WAIT_S * 2 ** min(failures, 10), LONGEST_WAIT_S))


def whole(data: bytes) -> int:
    """How many bytes are whole records; a record may be spanned over segments."""
    at = end = 0
    while at + 4 <= len(data):
        length, segment = struct.unpack_from(">HB", data, at)
        if length < 4:
            raise ValueError(f"there is no record at byte {at}: an RDW can't say {length}")
        if at + length > len(data):
            break
        at += length
        if segment & 3 in (0, 2):
            end = at
    return end


class GrowingFile:
    """A file that is appended to; `place` is its inode and how far it was read."""

    can_wait = True

    def __init__(self, path: Path, place: object, say: Callable[[str], None]) -> None:
        self._say = say
        self.path = path
        inode, at = place if isinstance(place, list) else (0, 0)
        old = [
            one for one in sorted(path.parent.glob(f"{path.name}*")) if one.stat().st_ino == inode
        ]
        if inode and not old:
            say(
                f"the file that was read is not beside {path} any more: what came into it behind"
                f" byte {at}, and into files between the two, is left out"
            )
        self._file = (old[0] if old else path).open("rb", buffering=0)
        self.at = at if old and at <= self._size() else 0

    def read(self) -> tuple[bytes, object] | None:
        """Whole records that have come, and the place behind them."""
        data, size = self._whole()
        is_over = not size and self._is_replaced()
        if is_over:  # what was appended before the name went to another file
            data, size = self._whole()
        if size:
            self.at += size
            return data[:size], [self._inode(), self.at]
        if is_over or self._size() < self.at:
            if data:
                self._say(
                    f"{len(data)} bytes at the end of {self.path} are no whole record: left out"
                )
            following = self._following()
            self._file.close()
            self._file, self.at = following, 0
        elif len(data) == BATCH_BYTES:
            raise ValueError(f"no record ends within {BATCH_BYTES} bytes behind byte {self.at}")
        return None

    def close(self) -> None:
        self._file.close()

    def _whole(self) -> tuple[bytes, int]:
        """What there is behind the place, and how much of it is whole records."""
        self._file.seek(self.at)
        data = self._file.read(BATCH_BYTES)
        return data, whole(data)

    def _is_replaced(self) -> bool:
        """Whether the name is another file's; while it is nobody's, the file is the old one."""
        with suppress(FileNotFoundError):
            return self.path.stat().st_ino != self._inode()
        return False

    def _following(self) -> FileIO:
        """Open the file that came next: one that was rotated as well, else that of the name."""
        own = os.fstat(self._file.fileno())
        for path, inode in rotated_after(own, self.path, self._say) if self._is_replaced() else ():
            with suppress(FileNotFoundError):
                file = path.open("rb", buffering=0)
                if os.fstat(file.fileno()).st_ino == inode:
                    return file
                file.close()
            return self._following()  # names have moved on meanwhile
        return self.path.open("rb", buffering=0)

    def _inode(self) -> int:
        return os.fstat(self._file.fileno()).st_ino

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size


def rotated_after(
    own: os.stat_result, path: Path, say: Callable[[str], None]
) -> Iterator[tuple[Path, int]]:
    """Yield files of a feed, and their inodes, that were changed after one, in that order."""
    found, others = [], {*path.parent.glob(f"{path.name}*")} - {path}
    for one in others:
        with suppress(FileNotFoundError):
            about = one.stat()
            if stat.S_ISREG(about.st_mode) and about.st_size and about.st_ino != own.st_ino:
                found.append((about.st_mtime_ns, one, about.st_ino))
    for changed, one, inode in sorted(found):
        added = one.name.removeprefix(path.name)
        is_plain = PLAIN.fullmatch(added)
        # While a file is being packed it is still there itself.
        is_packed = ROTATED.fullmatch(added) and one.with_suffix("") not in others
        if changed > own.st_mtime_ns and is_plain:
            yield one, inode
        elif changed > own.st_mtime_ns and is_packed:
            say(f"{one} came next and can't be read as it is: its records are left out")
        elif changed == own.st_mtime_ns and is_plain:
            say(f"{one} may have come next, its time does not tell: its records are left out")


class Service:
    """The socket of SYSTCPER, and the program that copies, for as long as both are there."""

    def __init__(self, path: str, copy: list[str]) -> None:
        self._copier = subprocess.Popen(copy, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._came = bytearray()
        try:
            self._socket.connect(path)
            request = HEADER.pack(32, ZERT, 1, 0) + struct.pack(">I12x", LIST_AND_DETAIL)
            self._socket.sendall(request)
            self._socket.settimeout(0)
        except OSError:
            self.close()
            raise

    def message(self) -> bytes | None:
        """The next whole message; more is received only when none is here."""
        found = self._whole()
        if found is None and self._receive():
            found = self._whole()
        return found

    def copied(self, message: bytes) -> bytes | None:
        """The buffer that a message names, None when it is gone."""
        stdin, stdout = self._copier.stdin, self._copier.stdout
        if stdin is None or stdout is None:
            raise ConnectionError("the copying program has no pipes")
        stdin.write(message)
        stdin.flush()
        head = stdout.read(4)
        if len(head) < 4:
            raise ConnectionError("the copying program has ended")
        (length,) = struct.unpack(">i", head)
        return stdout.read(length) if length >= 0 else None

    def close(self) -> None:
        self._socket.close()
        with suppress(OSError), self._copier:  # what it was to get it will not take
            self._copier.kill()

    def _receive(self) -> bool:
        try:
            found = self._socket.recv(65_536)
        except BlockingIOError:
            return False
        if not found:
            raise ConnectionError("TCP/IP has closed the socket")
        self._came += found
        return True

    def _whole(self) -> bytes | None:
        if len(self._came) < HEADER.size:
            return None
        length = HEADER.unpack_from(self._came)[0]
        if length < HEADER.size:
            raise ConnectionError(f"a message can't be {length} bytes long")
        if len(self._came) < length:
            return None
        message = bytes(self._came[:length])
        del self._came[:length]
        return message


class Nmi:
    """SYSTCPER; when it ends it is tried again until it is back."""

    can_wait = False

    def __init__(self, path: str, copy: list[str], say: Callable[[str], None]) -> None:
        self._path, self._copy, self._say = path, copy, say
        self._service: Service | None = Service(path, copy)
        self._failures, self._not_before = 0, 0.0

    def read(self) -> tuple[bytes, object] | None:
        """The records of all messages that are here, until they make a batch."""
        found = bytearray()
        try:
            service = self._found()
            while service and len(found) < BATCH_BYTES and (message := service.message()):
                found += self._records(service, message)
        except OSError as error:
            self._lost(error)
        return (bytes(found), None) if found else None

    def close(self) -> None:
        if self._service:
            self._service.close()
        self._service = None

    def _found(self) -> Service | None:
        if self._service is None and time.monotonic() >= self._not_before:
            self._service = Service(self._path, self._copy)
        return self._service

    def _lost(self, error: OSError) -> None:
        self.close()
        if not self._failures:
            self._say(f"the real-time service is gone and tried again: {error}")
        self._not_before = time.monotonic() + wait_s(self._failures)
        self._failures += 1

    def _records(self, service: Service, message: bytes) -> bytes:
        kind = HEADER.unpack_from(message)[1]
        if kind == TERM:
            raise ConnectionError("TCP/IP has ended the service")
        if self._failures:
            self._say("the real-time service is back")
            self._failures = 0
        buffer = service.copied(message) if kind == TOKEN else b""
        if buffer is None:
            self._say("a buffer was gone before it could be copied: its records are lost")
        return b"".join(records_of(buffer or b"", self._say))


def records_of(buffer: bytes, say: Callable[[str], None]) -> Iterator[bytes]:
    """The records of a buffer, each behind a common transport element (recalled layout)."""
    at = 0
    while at + CTE_BYTES + 6 <= len(buffer):
        (length,) = struct.unpack_from(">H", buffer, at)
        if length == 0:
            return
        (kind,) = struct.unpack_from(">I", buffer, at + 4)
        record = buffer[at + CTE_BYTES : at + length]
        size = struct.unpack_from(">H", record)[0] if len(record) >= 6 else 0
        if kind in SUBTYPES and 6 <= size <= len(record) and record[5] == SMF:
            yield record[:size]
        else:
            say(f"an element of format {kind} with {length} bytes is no zERT record: left out")
        at += length
