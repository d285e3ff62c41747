"""Records read as one RDW stream, and times as the reader counts them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from smf.batch import Batch
from smf.reader import DumpReader, Framing, ReadOptions

_EPOCH = datetime(1970, 1, 1)
_NO_PAGES: Mapping[tuple[str, str], str] = {}


def read_records(
    directory: Path, *records: bytes, code_pages: Mapping[tuple[str, str], str] = _NO_PAGES
) -> Batch:
    """The one batch of a dump that holds `records`, each with its RDW."""
    path = directory / "records.smf"
    path.write_bytes(b"".join(records))
    options = ReadOptions(framing=Framing.RDW, code_pages=code_pages, batch_bytes=4 << 20)
    with DumpReader(path, options) as reader:
        (batch,) = reader
    return batch


def microseconds(*moment: int) -> int:
    """A naive moment (year, month, day, ...) as microseconds since 1970."""
    return (datetime(*moment) - _EPOCH) // timedelta(microseconds=1)  # type: ignore[arg-type]


def put(record: bytes, offset: int, value: int, width: int) -> bytes:
    """The record with a big-endian number overwritten."""
    return record[:offset] + value.to_bytes(width, "big") + record[offset + width :]


def with_length(record: bytes) -> bytes:
    """The record with an RDW that states its real length."""
    return put(record, 0, len(record), 2)
