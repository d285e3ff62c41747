"""Rows as a Parquet file: typed columns, row groups of a bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any, Final

import pyarrow
from pyarrow import parquet

MEDIA_TYPE: Final = "application/vnd.apache.parquet"
GROUP_ROWS: Final = 20_000
Rows = Sequence[Sequence[Any]]


def write_parquet(
    file: IO[bytes],
    schema: pyarrow.Schema,
    batches: Iterable[Rows],
    *,
    grown: Callable[[], None] = lambda: None,
) -> int:
    """Write all rows, whose cells are in the order of the schema; return how many there are.

    `grown` is called behind each group of GROUP_ROWS at least: what it raises ends the file.
    """
    rows = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        held: list[pyarrow.RecordBatch] = []
        for batch in batches:
            held.append(_columns(batch, schema))
            rows += len(batch)
            if sum(one.num_rows for one in held) >= GROUP_ROWS:
                writer.write_table(pyarrow.Table.from_batches(held))
                held = []
                grown()
        if held:
            writer.write_table(pyarrow.Table.from_batches(held))
    grown()
    return rows


def _columns(batch: Rows, schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    cells = zip(zip(*batch, strict=True), schema, strict=True)
    arrays = [pyarrow.array(values, type=field.type) for values, field in cells]
    return pyarrow.RecordBatch.from_arrays(arrays, schema=schema)
