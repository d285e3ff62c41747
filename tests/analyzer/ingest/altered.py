"""Interval records of the sample site with other days, counters and names, as an RDW stream."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tests.analyzer.ingest.conftest import SAMPLES

# Offsets in a subtype 12 record, from the RDW, and in its common section.
_TIME, _DATE, _SUBTYPE, _COMMON = 6, 10, 22, 36
_EVENT, _INIT_IN_BYTES, _END_IN_BYTES, _WIDTH = 8, 124, 172, 8
_IDENT, _RELEASE, _RELEASE_BYTES = 28, 24, 8
COMMON_NAME = "CN=".encode("cp037")


def intervals() -> list[bytes]:
    """The site's interval records, in their order."""
    data, position, found = gzip.decompress((SAMPLES / "site-rdw.smf.gz").read_bytes()), 0, []
    while position < len(data):
        record = data[position : position + int.from_bytes(data[position : position + 2], "big")]
        position += len(record)
        if record[5] == 119 and record[_SUBTYPE : _SUBTYPE + 2] == b"\0\x0c":
            found.append(record)
    return [record for record in found if record[_common(record) + _EVENT] == 1]


def at(record: bytes, when: datetime) -> bytes:
    """The record with another header time."""
    hundredths = (when.hour * 3600 + when.minute * 60 + when.second) * 100
    day = f"{when.year // 100 - 19:02}{when.year % 100:02}{when.timetuple().tm_yday:03}F"
    return _put(_put(record, _TIME, hundredths.to_bytes(4, "big")), _DATE, bytes.fromhex(day))


def counting(record: bytes, begin: int, end: int) -> bytes:
    """The record with other life counters of inbound bytes."""
    place = _common(record)
    record = _put(record, place + _INIT_IN_BYTES, begin.to_bytes(_WIDTH, "big"))
    return _put(record, place + _END_IN_BYTES, end.to_bytes(_WIDTH, "big"))


def named(record: bytes, number: int) -> bytes:
    """The record with another distinguished name, and so another protection."""
    place = record.index(COMMON_NAME) + len(COMMON_NAME)
    return _put(record, place, f"{number:05}".encode("cp037"))


def released(record: bytes, release: str) -> bytes:
    """The record of another release of the stack."""
    place = int.from_bytes(record[_IDENT : _IDENT + 4], "big") + _RELEASE
    return _put(record, place, release.encode("cp037").ljust(_RELEASE_BYTES, b"\x40"))


def write(path: Path, records: Iterable[bytes]) -> Path:
    path.write_bytes(b"".join(records))
    return path


def _put(record: bytes, place: int, value: bytes) -> bytes:
    return record[:place] + value + record[place + len(value) :]


def _common(record: bytes) -> int:
    return int.from_bytes(record[_COMMON : _COMMON + 4], "big")
