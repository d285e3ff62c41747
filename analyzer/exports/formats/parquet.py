"""Parquet: typed columns, row groups of a bounded size."""

from __future__ import annotations

from contextlib import closing
from typing import IO, Final

import pyarrow

from analyzer.exports.formats.content import Content, Kind, batches
from web.csv_stream import CsvLook
from web.formats import parquet

_TYPES: Final[dict[Kind, pyarrow.DataType]] = {
    "number": pyarrow.int64(),
    "text": pyarrow.string(),
    "time": pyarrow.timestamp("us", tz="UTC"),
}


def write_parquet(content: Content, file: IO[bytes], look: CsvLook) -> int:
    """Write all rows; return how many there are. Times are moments, in UTC."""
    fields = zip(content.columns, content.kinds, strict=True)
    schema = pyarrow.schema(
        [pyarrow.field(column.key, _TYPES[kind]) for column, kind in fields],
        metadata={"description": content.words},
    )
    with closing(batches(content)) as found:
        return parquet.write_parquet(
            file, schema, found, grown=lambda: content.room.check(file.tell())
        )
