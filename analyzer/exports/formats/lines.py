"""JSON lines: an object per row, with the keys of the columns."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime
from typing import IO, Any

from analyzer.exports.formats.content import Content, batches
from web.csv_stream import CsvLook


def write_lines(content: Content, file: IO[bytes], look: CsvLook) -> int:
    """Write all rows; return how many there are. Times are ISO 8601 in the system's zone."""
    keys = [column.key for column in content.columns]
    encode = json.JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), default=_as_text, check_circular=False
    ).encode
    rows = size_bytes = 0
    with closing(batches(content)) as found:
        for batch in found:
            text = "".join(f"{encode(dict(zip(keys, row, strict=True)))}\n" for row in batch)
            block = text.encode()
            file.write(block)
            rows, size_bytes = rows + len(batch), size_bytes + len(block)
            content.room.check(size_bytes)
    return rows


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a column")
