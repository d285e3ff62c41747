"""A zip that is the same byte for byte for the same contents.

Times, owners and rights of members are fixed, their order is that of writing, the compression has
one level. Members are written as they come: memory stays constant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from types import TracebackType
from typing import IO, Final, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from web.downloads import Room

SUMS: Final = "SHA256SUMS"
_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can say: it stands for none."""
_LEVEL: Final = 6
_UNIX: Final = 3
_READABLE: Final = 0o644 << 16


class Archive:
    """Members with their digests; `close` adds `SHA256SUMS`, which `sha256sum -c` reads."""

    def __init__(self, file: IO[bytes], room: Room) -> None:
        self.digests: dict[str, str] = {}
        self._file, self._room = file, room
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """Write one member."""
        digest = hashlib.sha256()
        info = ZipInfo(name, _TIME)
        info.compress_type, info.create_system = ZIP_DEFLATED, _UNIX
        info.external_attr, info._compresslevel = _READABLE, _LEVEL  # type: ignore[attr-defined]
        # The size is not known before the end: each member may be a large one.
        with self._zip.open(info, "w", force_zip64=True) as member:
            for block in blocks:
                member.write(block)
                digest.update(block)
                self._room.check(self._file.tell())
        self.digests[name] = digest.hexdigest()

    def close(self) -> None:
        """Write the digests of all members, and the end."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in self.digests.items())
        self.add(SUMS, [lines.encode()])
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._zip.fp = None  # the half is thrown away: nothing is added to it
        self._zip.close()
